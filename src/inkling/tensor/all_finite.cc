#include "inkling/tensor/all_finite.h"

#include <ATen/Dispatch.h>

#include <cstdint>

#include "inkling/nn/clones.h"

namespace inkling {
namespace {

/// x - x is 0 where x is finite and else NaN: its sum tells, and no branch is needed.
template <class T>
[[gnu::always_inline]] inline bool finite(const T* numbers, std::int64_t size) {
  constexpr std::int64_t kLanes = 32;
  T lanes[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= size; i += kLanes) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) {
      lanes[lane] += numbers[i + lane] - numbers[i + lane];
    }
  }
  T sum = 0;
  for (; i < size; ++i) sum += numbers[i] - numbers[i];
  for (const T lane : lanes) sum += lane;
  return sum == 0;
}

INKLING_CLONES bool finite_row(const float* numbers, std::int64_t size) {
  return finite(numbers, size);
}
INKLING_CLONES bool finite_row(const double* numbers, std::int64_t size) {
  return finite(numbers, size);
}

}  // namespace

bool all_finite(const Tensor& tensor) {
  const auto type = tensor.scalar_type();
  if (!tensor.device().is_cpu() || !tensor.is_contiguous() ||
      (type != at::kFloat && type != at::kDouble)) {
    return tensor.isfinite().all().item<bool>();
  }
  return AT_DISPATCH_FLOATING_TYPES(type, "all_finite", [&] {
    return finite_row(tensor.const_data_ptr<scalar_t>(), tensor.numel());
  });
}

}  // namespace inkling
