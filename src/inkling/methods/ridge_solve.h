// Ridge regression as a layer: the weights are an exact, differentiable function of the examples.
#pragma once

#include "inkling/nn/batch.h"

namespace inkling {

/// W = X^T (X X^T + lambda I)^-1 Y, or the same as (X^T X + lambda I)^-1 X^T Y where that system is
/// the smaller one: the W that minimises |X W - Y|^2 + lambda |W|^2. Computed in float64.
///
/// @param x       [E, S, H]
/// @param y       [E, S, C]
/// @param lambda  one number, at least 0
/// @return        [E, H, C], of the type of `x`
/// @throws Error numeric naming the episode of several, where the system is singular or not finite
/// Source: Bertinetto et al. 2019, eq. 6.
Tensor ridge_weights(const Tensor& x, const Tensor& y, const Tensor& lambda);

/// What a linear rule is fitted to: one-hot classes [E, S, C], or the values where the task has no
/// classes.
Tensor regression_targets(const Targets& targets, std::int64_t classes, at::ScalarType dtype);

}  // namespace inkling
