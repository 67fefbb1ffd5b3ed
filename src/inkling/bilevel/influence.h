// What leaving a training example out would change.
#pragma once

#include <functional>

#include "inkling/bilevel/implicit/solver.h"

namespace inkling {

/// The losses of training examples first .. first + count - 1. @return [count]
using ExampleLosses =
    std::function<Tensor(const Params& params, std::int64_t first, std::int64_t count)>;

struct Influence {
  Tensor changes;     ///< float64 [N], of the query's loss where example i is left out: above zero
                      ///< where the example helps it
  Solution solution;  ///< (H + damping I)^-1 times the query's gradient
};

/// With L(theta) the sum of the examples' losses and whatever else is minimised, and H its Hessian
/// at the optimum theta (or a positive definite stand-in),
///
///     theta without i - theta  ~  H^-1 grad l_i
///     change of the query's loss  ~  <H^-1 grad q, grad l_i>
///
/// One solve for the query, then a derivative of every example along the solution, in one pass for
/// each `together` of them. What the solver says of the solution is to be passed on.
/// @param curvature  of L; of L / N, changes must be divided by N
/// @param of_query   grad q, as the parameters
/// @param params     theta
/// Source: Koh, Liang 2017, equation 2, for the example's removal.
Influence influence_on(const Params& of_query, const Curvature& curvature, const Params& params,
                       const ExampleLosses& losses, std::int64_t count, const Solver& solver,
                       std::int64_t together = 256);

/// The loss whose Hessian at `params` is the generalised Gauss-Newton matrix J^T A J of the
/// mean cross-entropy of `scores`, A = diag(p) - p p^T, J the Jacobian of the scores: positive
/// semi-definite whatever the model is, and the Hessian itself where scores are linear in the
/// parameters. Its value and gradient there are 0.
/// @param scores  a list of [n, C], of all examples
/// Source: Schraudolph 2002.
Curvature::Loss gauss_newton(const std::function<std::vector<Tensor>(const Params& params)>& scores,
                             const Params& params);

}  // namespace inkling
