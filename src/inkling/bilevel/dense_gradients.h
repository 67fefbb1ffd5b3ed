// The gradient of dense layers' loss, in closed form: one function instead of the operators of a
// small graph, whose overhead is most of what a small step takes.
#pragma once

#include <vector>

#include "inkling/nn/network.h"

namespace inkling {

/// E episodes of U units: layers x W + b one after the other, all but the last followed by the
/// activation; the last gives the scores, with a class 0 of score 0 before them where the loss is
/// cross-entropy and W has one column. The loss of an episode is the mean over its units.
struct DenseFit {
  Tensor x;                        ///< [E, U, H]
  std::vector<Tensor> parameters;  ///< of each layer W [E, H, C] and b [E, C]
  Targets targets;
  LossKind loss = LossKind::cross_entropy;
  Activation activation = Activation::relu;
  /// Where they are defined, the first layer reads x + gram C instead.
  Tensor gram = {};          ///< [E, U, S], without gradient
  Tensor coefficients = {};  ///< C [E, S, H]
};

/// Whether `dense_gradients` has a loop for such tensors.
bool has_dense_gradients(const DenseFit& fit);

/// The gradients of the loss with respect to all parameters, then, where `of_input`, to what the
/// first layer reads [E, U, H]. They can be differentiated to any order, with respect to x, C and
/// the parameters.
std::vector<Tensor> dense_gradients(const DenseFit& fit, bool of_input);

/// One step of descent: each parameter less its rate times its gradient, then, where there is one,
/// C less its rate times the gradient of what the first layer reads. To any order, and with respect
/// to the rates too.
///
/// @param rates  one number each
std::vector<Tensor> dense_step(const DenseFit& fit, const std::vector<Tensor>& rates);

/// The losses themselves, whose gradient is computed with them. @return [E]
Tensor dense_losses(const DenseFit& fit);

}  // namespace inkling
