// Gradients turned by a matrix for each side of their tensor.
#pragma once

#include "inkling/optim/transform.h"

namespace inkling::meta_curvature {

/// "curvature.NAME.axisN", the matrix of side N of the parameter NAME.
std::string matrix_name(const std::string& name, std::int64_t side);

/// g x_1 M_1 ... x_k M_k: of each episode's gradient g [E, n_1, ..., n_k] of a parameter, every
/// side that has a matrix [n_N, n_N] (hyper matrix_name) is multiplied by it,
///
///     (g x_N M)[.., j, ..] = sum_i M[j, i] g[.., i, ..].
///
/// A smaller matrix [m, m] is of the side's last m entries. A number counts as of one side of
/// length
/// 1. As a factored parameter has no matrix of its rows, this acts on its coefficients as on it.
TransformPtr curved();

}  // namespace inkling::meta_curvature
