// Work of one operator shared out among the engine's threads (at::set_num_threads).
#pragma once

#include <cstdint>
#include <functional>

namespace inkling {

/// Calls body(from, to) for ranges that cover [0, count), each of `at_once` but the last, on as
/// many threads as the engine may use: one that is done takes the next. A single thread, or one of
/// the engine's own, takes [0, count) at once: results must not depend on where a range begins. The
/// first exception is thrown again.
/// It exists because at::parallel_for is a template that silently becomes a loop in whatever file
/// is compiled without OpenMP: only this one is compiled with it.
void share_out(std::int64_t count, std::int64_t at_once,
               const std::function<void(std::int64_t from, std::int64_t to)>& body);

}  // namespace inkling
