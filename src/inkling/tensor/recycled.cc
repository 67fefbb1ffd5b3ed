#include "inkling/tensor/recycled.h"

#include <algorithm>

namespace inkling {
namespace {

// Below, the allocator keeps its memory by itself; above, keeping it would be felt.
constexpr std::size_t kSmallest = std::size_t{1} << 17;
constexpr std::size_t kLargest = std::size_t{1} << 24;
constexpr std::size_t kKept = 4;

}  // namespace

Tensor recycled(at::IntArrayRef shape, at::TensorOptions options) {
  std::size_t bytes = options.dtype().itemsize();
  for (const std::int64_t size : shape) bytes *= static_cast<std::size_t>(size);
  if (!options.device().is_cpu() || bytes < kSmallest || bytes > kLargest) {
    return at::empty(shape, options);
  }
  thread_local std::vector<at::Storage> kept;
  // Held here alone: no tensor has it, so none can come to have it.
  const auto free = [](const at::Storage& storage) { return storage.use_count() == 1; };
  auto found = std::ranges::find_if(kept, [&](const at::Storage& storage) {
    return free(storage) && storage.nbytes() >= bytes && storage.nbytes() <= 2 * bytes;
  });
  if (found == kept.end()) {
    found = std::ranges::find_if(kept, free);
    if (found == kept.end() && kept.size() >= kKept) return at::empty(shape, options);
    // Room for the next, which may be somewhat larger.
    const auto room = static_cast<std::int64_t>(bytes + bytes / 4);
    at::Storage made = at::empty({room}, at::TensorOptions().dtype(at::kByte)).storage();
    if (found == kept.end()) {
      kept.push_back(std::move(made));
      found = kept.end() - 1;
    } else {
      *found = std::move(made);
    }
  }
  const torch::autograd::AutoGradMode off(false);
  return at::empty({0}, options).set_(*found, 0, shape);
}

}  // namespace inkling
