// Hyperparameters learned by gradient: evaluate, differentiate, move, repeat.
#pragma once

#include "inkling/bilevel/hypergradient.h"
#include "inkling/train/tuning_problem.h"
#include "inkling/train/tuning_state.h"

namespace inkling {

/// What a tuning writes on its way.
class TuningRecord {
 public:
  virtual ~TuningRecord() = default;
  /// A point was evaluated: it is the last of the path.
  virtual void evaluated(const TuningState& state, const Hypergradient& found) = 0;
  /// An inner training went off, and what is done about it.
  virtual void diverged(const TuningState& state, const std::string& what) = 0;
  /// Called after each of them, with what to go on from.
  virtual void save(const TuningState& state) = 0;
};

/// A state at the start of a problem.
/// @param key  of a start that is drawn, and of the points of random searches
TuningState tuning_start(const TuningProblem& problem, const TuneOptions& options, Key key);

/// Moves the hyperparameters along their gradient (tuning_moves.h), `options.outer_steps` times or
/// as long as the budget lasts, the first ones by shorter trainings where `options` say so, and
/// evaluates the objective where they end. An inner training whose loss, objective or gradient is
/// not finite, or whose gradient blows up, is left by half the way back to the last good point, and
/// moves are halved from there, and so is, of rprop, a point that is worse than the one before;
/// where there is none yet, the learning rate goes to a tenth. Ends early where rprop's steps have
/// become small, where over `options.settle` points of Adam no mean gradient stands two standard
/// errors from zero, or where none has any influence.
/// @throws Error numeric, after more than options.divergences of these; Interrupted, between steps
void tune(const TuningProblem& problem, const Estimator& estimator, const TuneOptions& options,
          TuningState& state, TuningRecord& record);

}  // namespace inkling
