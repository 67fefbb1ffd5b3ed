// The loss of scores that are linear in the parameters: logistic and other regressions.
#pragma once

#include <functional>

#include "inkling/tensor/tensor.h"

namespace inkling {

/// Each example's loss, of its own score alone: scores [N] -> [N], elementwise and twice
/// differentiable. What it holds beside gets no gradient.
using ScoreLoss = std::function<Tensor(const Tensor& scores)>;

/// The mean of loss(x w) over the examples, differentiable in w to any order. A product with its
/// Hessian, X^T (loss'' * X v) / N, reads the features once where operators read them twice: where
/// they are large, that is what a solver of linear systems costs.
/// @param features  X [N, F], N > 0; gets no gradient
/// @param weights   w [F], of the same type
/// @return          a number
Tensor linear_loss(const Tensor& features, const Tensor& weights, const ScoreLoss& loss);

}  // namespace inkling
