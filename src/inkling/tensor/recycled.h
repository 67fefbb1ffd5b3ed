// Memory for large tensors that every step makes anew.
#pragma once

#include "inkling/tensor/tensor.h"

namespace inkling {

/// A tensor without values, as at::empty. On the processor, one of medium size takes the memory of
/// an earlier one of this thread that nobody holds any more: fresh pages of the system cost more
/// than filling them.
Tensor recycled(at::IntArrayRef shape, at::TensorOptions options);

}  // namespace inkling
