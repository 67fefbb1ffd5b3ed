// Whether a tensor holds numbers alone.
#pragma once

#include "inkling/tensor/tensor.h"

namespace inkling {

/// Whether no number is infinite and none is NaN.
bool all_finite(const Tensor& tensor);

}  // namespace inkling
