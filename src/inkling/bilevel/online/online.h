// Hyperparameters that move while a training goes on, by derivatives that it carries along.
#pragma once

#include "inkling/bilevel/hypergradient.h"

namespace inkling {

struct OnlineOptions {
  /// Which steps' dependence on the hyperparameters counts: the last one's alone, which is cheap
  /// for any number of them, or all so far, by forward mode.
  enum class Through { last_step, all_steps } through = Through::last_step;
  /// What is to become small; empty: the loss of the step that comes next.
  std::function<Tensor(const Params& params, const Hyper& hyper)> loss = {};
  /// Steps between two moves; the first move comes after so many.
  std::int64_t every = 1;
  /// The hyperparameters after a move, for the gradient at hand.
  std::function<Hyper(const Hyper& hyper, const Params& gradient)> move;
};

struct OnlineRun {
  InnerState last;
  Hyper hyper;              ///< after the last move
  std::vector<Hyper> path;  ///< those of each step
  std::vector<double> losses;
  Cost cost;
};

/// One training, from hyperparameters `hyper`. With the last step, plain descent and the training's
/// own loss it is hypergradient descent: rate_t = rate_{t-1} + beta <g_t, g_{t-1}>.
/// @throws Error numeric, naming the step, where something is not finite
/// Source: Baydin et al. 2018, algorithms 1 to 3; all steps: Franceschi et al. 2017, section 3.2.
OnlineRun train_online(const InnerProblem& problem, const Hyper& hyper,
                       const OnlineOptions& options);

/// Moves by an optimiser: its state is kept in what is given.
std::function<Hyper(const Hyper&, const Params&)> moved_by(TransformPtr optimiser, Hyper rates);

}  // namespace inkling
