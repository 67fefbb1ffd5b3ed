#include "inkling/tensor/large_pages.h"

#ifdef __linux__
#include <ATen/ops/from_blob.h>
#include <c10/core/Allocator.h>
#include <sys/mman.h>
#endif

#include <cstdint>

namespace inkling {

Tensor on_large_pages(at::IntArrayRef shape, at::TensorOptions options) {
#ifdef __linux__
  constexpr std::size_t kSmallest = std::size_t{1} << 22;
  constexpr std::size_t kPage = std::size_t{1} << 21;
  std::size_t bytes = options.dtype().itemsize();
  for (const std::int64_t size : shape) bytes *= static_cast<std::size_t>(size);
  if (!options.device().is_cpu() || bytes < kSmallest) return at::empty(shape, options);
  // A mapping of its own: memory that an allocator hands out again stays on the pages that it had.
  const std::size_t mapped = bytes + kPage;
  void* begin = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (begin == MAP_FAILED) return at::empty(shape, options);  // whose error is the usual one
  const auto address = reinterpret_cast<std::uintptr_t>(begin);
  void* aligned = static_cast<char*>(begin) + (kPage - address % kPage) % kPage;
  madvise(aligned, bytes, MADV_HUGEPAGE);  // without large pages it is as any other
  // Counted as what the engine's allocator gives is.
  const auto count = [aligned](std::int64_t change) {
    c10::reportMemoryUsageToProfiler(aligned, change, 0, 0, c10::Device(c10::kCPU));
  };
  const auto size = static_cast<std::int64_t>(bytes);
  count(size);
  const auto give_back = [begin, mapped, size, count](void*) {
    count(-size);
    munmap(begin, mapped);
  };
  return at::from_blob(aligned, shape, give_back, options);
#else
  return at::empty(shape, options);
#endif
}

}  // namespace inkling
