// Adam's update of one parameter as one function, with its derivatives in one pass over memory
// each.
#pragma once

#include <array>

#include "inkling/tensor/tensor.h"

namespace inkling {

struct AdamNumbers {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double first = 1;   ///< bias of the first moment: 1 - beta1^t
  double second = 1;  ///< of the second
};

/// -rate * (m' / first) / (sqrt(max(v' / second, tiny)) + epsilon) and m', v', the moments after
/// `gradient`: what the operators give, the moments to the bit.
///
/// It is differentiable to any order in all tensors. The derivative, and the derivative of that in
/// its own direction, are loops as well; others are the operators'.
/// @param rate  one number
/// @return      update, m', v'
std::array<Tensor, 3> adam_update(const Tensor& gradient, const Tensor& m, const Tensor& v,
                                  const Tensor& rate, const AdamNumbers& numbers);

/// How update, m', v' change along one of gradient, m, v and rate; undefined: where nothing
/// changes.
std::array<Tensor, 3> adam_update_along(const std::array<Tensor, 4>& along, const Tensor& gradient,
                                        const Tensor& m, const Tensor& v, const Tensor& rate,
                                        const AdamNumbers& numbers);

/// adam_update by operators.
std::array<Tensor, 3> adam_update_by_operators(const Tensor& gradient, const Tensor& m,
                                               const Tensor& v, const Tensor& rate,
                                               const AdamNumbers& numbers);

/// Whether there is a loop for these: of the processor, contiguous, one floating type, one shape,
/// and a rate that is one number.
bool has_adam_update(const Tensor& gradient, const Tensor& m, const Tensor& v, const Tensor& rate);

}  // namespace inkling
