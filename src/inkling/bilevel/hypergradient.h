// The gradient of an objective with respect to hyperparameters, how far it can be trusted and what
// it cost: what every estimator gives.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "inkling/bilevel/problem.h"

namespace inkling {

/// What an estimator knows of its own error. What it does not measure is absent.
struct Trust {
  /// Whether the inner problem is solved, which implicit estimators suppose.
  std::optional<bool> converged;
  /// Norm of the gradient of what the steps optimise, at their end and as a share of that at their
  /// start.
  std::optional<double> inner_gradient;
  std::optional<double> inner_gradient_share;
  /// |H x - v| / |v| of the linear system that was solved.
  std::optional<double> residual;
  /// Of H, by power iteration.
  std::optional<double> largest_curvature;
  /// The step of Neumann's series that was taken, and whether it is not the one asked for.
  std::optional<double> neumann_rate;
  bool rescaled = false;
  /// |gradient - better gradient| / |better gradient|, where a truncated one was measured.
  std::optional<double> truncation_bias;
  /// Hyperparameters whose gradient is zero in every element.
  std::vector<std::string> without_influence;
  /// What a user should hear, whole sentences.
  std::vector<std::string> remarks;
};

struct Cost {
  std::int64_t steps = 0;       ///< inner steps, each with its gradient
  std::int64_t recomputed = 0;  ///< inner steps computed again on the way back
  std::int64_t products = 0;    ///< of a Hessian or Jacobian with a vector, beside the steps' own
};

struct Hypergradient {
  double objective = 0;
  Params gradient;             ///< as the hyperparameters
  InnerState last;             ///< after the last step
  std::vector<double> losses;  ///< of each step, before its update
  Trust trust;
  Cost cost;
};

class Estimator {
 public:
  virtual ~Estimator() = default;

  /// @param hyper  all get a gradient; others stand in problem.fixed
  /// @throws Error numeric, naming the step, where something is not finite
  virtual Hypergradient estimate(const InnerProblem& problem, const Objective& objective,
                                 const Hyper& hyper) const = 0;
  virtual std::string name() const = 0;
};

using EstimatorPtr = std::shared_ptr<const Estimator>;

/// Numbers in all tensors.
std::int64_t numbers_in(const Params& params);
/// |a|, over all tensors.
double norm_of(const Params& params);
/// |a - b| / |b|; 0 where both are zero.
double relative_distance(const Params& a, const Params& b);

/// The value of objective.loss at the last parameters and its gradients with respect to both, zero
/// where it has no loss.
struct LastValue {
  double value = 0;
  Params of_params;
  Params of_hyper;
};
LastValue last_value(const InnerProblem& problem, const Objective& objective, const Params& params,
                     const Hyper& hyper);

/// Takes all steps without a graph. @return objective, last, losses and cost; no gradient
Hypergradient trained(const InnerProblem& problem, const Objective& objective, const Hyper& hyper);
/// The history's part of the objective.
double history_value(const Objective& objective, const std::vector<double>& losses);

/// What every estimator says at its end: checks that the gradient is finite, and names what has no
/// influence.
/// @throws Error numeric
void conclude(Hypergradient& found, const std::string& estimator);

}  // namespace inkling
