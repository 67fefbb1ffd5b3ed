// Memory for large tensors that are read again and again.
#pragma once

#include "inkling/tensor/tensor.h"

namespace inkling {

/// A tensor without values, as at::empty. The system is asked to lay a large one on large pages:
/// the processor finds many more numbers by them without looking a page up, and the system has
/// fewer to make.
Tensor on_large_pages(at::IntArrayRef shape, at::TensorOptions options);

}  // namespace inkling
