// Work cut into pieces whose number never depends on the number of threads.
#pragma once

#include <cstdint>
#include <functional>

namespace inkling {

/// Calls body(i) for each i in [0, count), on at most `threads` threads of its own. The first
/// exception (the one with the lowest i) is thrown again once all have stopped.
void parallel_for(std::int64_t count, int threads, const std::function<void(std::int64_t)>& body);

/// The processors this process may use.
int processor_count();

}  // namespace inkling
