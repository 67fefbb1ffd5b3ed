// Adam's step in place, as the outer loop takes it.
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
  bool lazy = false;               ///< rows that a sparse gradient lacks stay, and their moments
};

/// Moves a parameter and its moments in place (Kingma & Ba 2015, algorithm 1, with Loshchilov &
/// Hutter's decoupled decay). Rows that a sparse gradient lacks have a gradient of zero: they move
/// by their moments.
///
/// On the processor it is one pass over memory, for which `for_each` shares out the rows; the bits
/// do not depend on how.
/// @param parameter, first, second  of one shape; none is in a graph
void adam_step(const Tensor& parameter, const Tensor& first, const Tensor& second,
               const Gradient& gradient, const AdamStep& how, const ForEach& for_each);

}  // namespace inkling
