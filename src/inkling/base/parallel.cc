#include "inkling/base/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

namespace inkling {

void parallel_for(std::int64_t count, int threads, const std::function<void(std::int64_t)>& body) {
  const auto workers = std::min<std::int64_t>(count, threads);
  if (workers <= 1) {
    for (std::int64_t i = 0; i < count; ++i) body(i);
    return;
  }
  std::atomic<std::int64_t> next = 0;
  std::atomic<bool> failed = false;
  std::vector<std::exception_ptr> errors(static_cast<std::size_t>(count));
  const auto work = [&] {
    for (std::int64_t i = next++; i < count && !failed; i = next++) {
      try {
        body(i);
      } catch (...) {
        errors[static_cast<std::size_t>(i)] = std::current_exception();
        failed = true;
      }
    }
  };
  std::vector<std::jthread> pool;
  for (std::int64_t i = 1; i < workers; ++i) pool.emplace_back(work);
  work();
  pool.clear();
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

int processor_count() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

}  // namespace inkling
