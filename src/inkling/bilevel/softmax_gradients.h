// The gradient of a softmax head above a factored first layer, in closed form: one function instead
// of the operators of a small graph, whose overhead is most of what a small step takes.
#pragma once

#include "inkling/tensor/tensor.h"

namespace inkling {

/// E episodes of S units: their features are first + gram C, their scores features W + b with a
/// class 0 of score 0 before them where W has one column, their loss the mean cross-entropy.
struct SoftmaxFit {
  Tensor first;         ///< [E, S, D]
  Tensor gram;          ///< [E, S, S], without gradient
  Tensor coefficients;  ///< C [E, S, D]
  Tensor weight;        ///< W [E, D, K]
  Tensor bias;          ///< b [E, K]
  Tensor classes;       ///< int64 [E, S]
};

/// Whether `softmax_gradients` has a loop for such tensors.
bool has_softmax_gradients(const SoftmaxFit& fit);

struct SoftmaxGradients {
  Tensor features;  ///< [E, S, D]
  Tensor weight;    ///< [E, D, K]
  Tensor bias;      ///< [E, K]
};

/// The loss's gradients with respect to features, W and b; they can be differentiated to any order
/// with respect to first, C, W and b.
SoftmaxGradients softmax_gradients(const SoftmaxFit& fit);

}  // namespace inkling
