// The derivative of an inner loop's state with respect to each number of its hyperparameters,
// carried along with the steps.
#pragma once

#include <vector>

#include "inkling/bilevel/forward/directions.h"
#include "inkling/bilevel/problem.h"

namespace inkling {

/// With z_t the parameters and the transform's state, Z_t = dz_t/dlambda, one state a number of
/// lambda:
///
///     Z_{t+1} = (dz_{t+1}/dz_t) Z_t + dz_{t+1}/dlambda
///
/// The inner gradient's derivative along a tangent is a product with the loss's Hessian, which is
/// one pass back through the gradient's graph, since second derivatives are symmetric.
class Tangents {
 public:
  /// At the first parameters, with their dependence on the hyperparameters.
  Tangents(const InnerProblem& problem, const Hyper& hyper);

  /// What the steps have led to.
  InnerState state() const;

  /// Computes the loss of the step at hand and its gradients, under these hyperparameters.
  void look(const Hyper& hyper);
  double loss() const { return loss_; }
  bool loss_reads_hyper() const;
  /// Its derivative with respect to the hyperparameters, through the parameters and its own.
  Params of_loss() const;
  /// That of what has this gradient with respect to the parameters at hand.
  Params along(const Params& of_params) const;

  /// The update for the gradients that were looked at, under these hyperparameters.
  void update(const Hyper& hyper);

  std::int64_t products() const { return products_; }

 private:
  const InnerProblem& problem_;
  Directions directions_;
  // The state, and how it changes with each number of lambda.
  Dual params_;
  std::vector<Dual> slots_;
  std::int64_t step_ = 0;
  // What look() found.
  double loss_ = 0;
  Tensors leaves_;  ///< the parameters
  Params found_;    ///< the gradient, detached
  Tensors all_;     ///< the gradients with respect to parameters and hyperparameters, with a graph
  std::int64_t products_ = 0;
};

}  // namespace inkling
