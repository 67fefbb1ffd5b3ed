// Compiled with OpenMP (cmake/Torch.cmake).
#include "inkling/tensor/share_out.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>

#ifndef _OPENMP
#error "without OpenMP this would be a plain loop"
#endif

namespace inkling {

void share_out(std::int64_t count, std::int64_t at_once,
               const std::function<void(std::int64_t from, std::int64_t to)>& body) {
  if (count <= 0) return;
  const std::int64_t ranges = (count + at_once - 1) / at_once;
  const std::int64_t threads =
      at::in_parallel_region() ? 1 : std::min<std::int64_t>(at::get_num_threads(), ranges);
  if (threads <= 1) return body(0, count);
  std::atomic<std::int64_t> next = 0;
  at::parallel_for(0, threads, 1, [&](std::int64_t, std::int64_t) {
    for (;;) {
      const std::int64_t from = next.fetch_add(at_once);
      if (from >= count) return;
      body(from, std::min(count, from + at_once));
    }
  });
}

}  // namespace inkling
