// A bilevel problem: an inner training with hyperparameters, and what is asked of its end.
#pragma once

#include <cstdint>
#include <functional>

#include "inkling/bilevel/inner_state.h"
#include "inkling/nn/row_bags.h"

namespace inkling {

/// What a step reads of a table: B bags of its rows (rows_alone, where it reads them one by one).
struct RowStep {
  RowBags reads;
  /// The step's loss with those bags [B, D] as the table.
  std::function<Tensor(const Params& params, const Hyper& hyper)> loss;
};

/// What a step follows where that is not the gradient of its loss: the loss, and for each parameter
/// what stands for its gradient, without a graph.
struct Followed {
  double loss = 0;
  Params gradients;
};

/// Steps t = 0 .. steps - 1 of a training: params += transform's update for the gradient of
/// loss(params, hyper, t).
struct InnerProblem {
  /// The loss of step t, a number: a pure function, differentiable in both as often as an estimator
  /// asks (once more than the inner gradient). Nothing else that it holds gets a gradient.
  std::function<Tensor(const Params& params, const Hyper& hyper, std::int64_t step)> loss;
  TransformPtr transform;
  std::int64_t steps = 0;
  /// The first parameters; where they depend on the hyperparameters, the gradient goes on through
  /// them (of reverse and forward mode; at an optimum the start has no influence).
  std::function<Params(const Hyper&)> start;
  /// Hyperparameters that stay as they are: loss and transform find them beside the others.
  Hyper fixed = {};
  /// The loss whose optimum the steps go to, of all examples, for the implicit estimators. Where it
  /// is empty, loss(params, hyper, steps).
  std::function<Tensor(const Params& params, const Hyper& hyper)> optimised = {};
  /// Parameters nearer to that optimum than the start, from which it may be looked for; empty where
  /// none are known.
  Params warm = {};
  /// A parameter [R, D] of which a step's loss reads some rows alone, and what it then is: the same
  /// loss, in the bags of rows. Where they are given, steps of Adam cost what those rows cost
  /// (row_unroll.h).
  std::string table = {};
  std::function<RowStep(std::int64_t step)> row_step = {};
  /// Where it is given, step t follows this (of a method of first order, say). No estimator goes
  /// back or along through such steps: there are central differences, and searches.
  std::function<Followed(const Params& params, const Hyper& hyper, std::int64_t step)> followed =
      {};
};

/// Starts at these parameters whatever the hyperparameters are.
std::function<Params(const Hyper&)> starting_at(Params params);

/// What is to become small: loss(last params, hyper) + sum over t of history(t) * (loss of step t,
/// before its update).
struct Objective {
  std::function<Tensor(const Params& params, const Hyper& hyper)> loss = {};
  std::function<double(std::int64_t step)> history = {};
};

/// The mean of the inner losses of `steps` steps.
Objective mean_train_loss(std::int64_t steps);
/// The inner loss of the last of `steps` steps.
Objective final_train_loss(std::int64_t steps);

/// The first parameters and the transform's first state, detached.
InnerState first_state(const InnerProblem& problem, const Hyper& hyper);

/// One step. Tracked, its results are a function of the state and the hyperparameters that
/// gradients go through, which must be leaves or tracked themselves; else they have no graph.
struct InnerStep {
  InnerState state;
  Tensor loss;  ///< before the update
};
/// @throws Error numeric, naming the step, where the loss is not finite; usage, when it is to be
/// tracked and follows no gradient
InnerStep inner_step(const InnerProblem& problem, const InnerState& state, const Hyper& hyper,
                     bool tracked);

/// A step's loss before its update, and its gradients with a graph: first those with respect to the
/// parameters, then to the hyperparameters; undefined where the loss does not read one.
struct StepGradients {
  double loss = 0;
  std::vector<Tensor> gradients;
};
/// @param params, hyper  leaves
/// @param step           which one, from 0
/// @throws Error numeric, naming the step, where the loss is not finite
StepGradients step_gradients(const InnerProblem& problem, const Params& params, const Hyper& hyper,
                             std::int64_t step);

/// @throws Error numeric, naming the step, where the loss is not finite
double finite_loss(const InnerProblem& problem, const Tensor& loss, std::int64_t step);
/// @throws Error numeric, saying `what` is not finite
double finite(const Tensor& number, const std::string& what, const std::string& hint = "");

}  // namespace inkling
