// The multiclass support vector machine of Crammer and Singer as a layer: its solution is a
// differentiable function of the examples.
#pragma once

#include "inkling/tensor/tensor.h"

namespace inkling::svm {

/// The coefficients a of the examples in the weights w_k = sum_i a_ik x_i of the machine without a
/// bias. They minimise
///
///   1/2 sum_k |w_k|^2 - sum_i a_iy(i),   sum_k a_ik = 0,   a_ik <= C where k = y(i), else a_ik <=
///   0
///
/// By u = Y - a / C this is a quadratic program over one simplex an example, solved in float64 by a
/// primal-dual interior point method. Which constraints bind is read from its end; with these, the
/// optimality conditions are one linear system, whose solution is the answer: exact to rounding,
/// and its gradient is the implicit one. Where examples depend on each other, of all coefficients
/// that give the same weights the smallest are taken.
///
/// @param x        [E, S, H]
/// @param member   one-hot classes [E, S, C]
/// @param penalty  C, one number above 0
/// @return         float64 [E, S, C]
/// @throws Error numeric naming the episode of several, where features are not finite or the method
/// does not converge Source: Crammer & Singer 2001; Lee et al. 2019, eq. 6 to 8.
Tensor coefficients(const Tensor& x, const Tensor& member, const Tensor& penalty);

/// The weights themselves. @return [E, H, C], of the type of `x`
Tensor weights(const Tensor& x, const Tensor& member, const Tensor& penalty);

}  // namespace inkling::svm
