// The hypergradient of a solved inner problem, by the implicit function theorem.
#pragma once

#include <optional>

#include "inkling/bilevel/hypergradient.h"
#include "inkling/bilevel/implicit/newton.h"
#include "inkling/bilevel/implicit/solver.h"

namespace inkling {

struct ImplicitOptions {
  SolverPtr solver = conjugate_gradient();
  double damping = 0;  ///< added to the diagonal of the Hessian
  /// The inner problem counts as solved where the norm of its gradient is at most this share of
  /// that at the start, or this number.
  double solved_share = 1e-3;
  double solved_norm = 1e-6;
  /// Where given, problem.optimised is minimised so, from problem.warm if there is one, in place of
  /// taking the problem's steps. It stops where the problem counts as solved.
  std::optional<NewtonOptions> newton = {};
};

/// Where theta minimises L(theta, lambda):
///
///     dF/dlambda = F_lambda - L_lambda,theta (L_theta,theta)^-1 F_theta
///
/// L is problem.optimised. What the steps alone depend on, a learning rate, has no influence. A
/// problem that is not solved is told with its gradient's norm.
/// @throws Error usage, where the objective counts the history
/// Source: Pedregosa 2016; Lorraine et al. 2020.
EstimatorPtr implicit(ImplicitOptions options = {});
/// With this solver.
EstimatorPtr implicit(SolverPtr solver);

/// problem.optimised, or the loss of the step after the last; of it and of its second derivatives
/// at these parameters.
Curvature curvature_of(const InnerProblem& problem, const Params& params, const Hyper& hyper,
                       double damping = 0);

}  // namespace inkling
