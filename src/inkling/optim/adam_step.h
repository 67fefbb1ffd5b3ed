// Adam's step in place, row by row: what the chain of transforms computes, in one pass over memory.
#pragma once

#include <cstdint>

#include "inkling/tensor/params.h"

namespace inkling {

/// The numbers of one step.
struct AdamStep {
  double learning_rate = 0.001;  ///< the schedule's factor included
  double decay = 0;              ///< share of a parameter that the step takes away
  double gradient_factor = 1;    ///< of clipping
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  std::int64_t step = 0;           ///< how many came before
  std::int64_t fixed_columns = 0;  ///< of a row, from its first number, that stay as they are
};

/// Whether `adam_step` has a loop for such tensors: of the processor, contiguous, float or double.
bool has_adam_step(const Tensor& parameter, const Gradient& gradient);

/// Moves the rows that the gradient has, all where it is dense, and their moments, in place
/// (Kingma & Ba 2015, algorithm 1, with Loshchilov & Hutter's decoupled decay).
/// @param parameter, first, second  of one shape
void adam_step(const Tensor& parameter, const Tensor& first, const Tensor& second,
               const Gradient& gradient, const AdamStep& how);

}  // namespace inkling
