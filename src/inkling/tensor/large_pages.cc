#include "inkling/tensor/large_pages.h"

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>
#endif

#include <cstdint>

namespace inkling {

Tensor on_large_pages(at::IntArrayRef shape, at::TensorOptions options) {
  Tensor made = at::empty(shape, options);
#ifdef __linux__
  constexpr std::size_t kSmallest = std::size_t{1} << 22;
  if (!made.is_cpu() || made.nbytes() < kSmallest) return made;
  // Whole pages alone; without large ones the tensor is as any other.
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto address = reinterpret_cast<std::uintptr_t>(made.data_ptr());
  const std::uintptr_t begin = (address + page - 1) / page * page;
  const std::uintptr_t end = (address + made.nbytes()) / page * page;
  madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#endif
  return made;
}

}  // namespace inkling
