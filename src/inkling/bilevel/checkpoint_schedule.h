// Which steps of an inner loop are computed again on the way back, where only few of its states are
// kept.
#pragma once

#include <cstdint>

namespace inkling {

/// Where a run of `steps` steps, whose first state is kept, keeps its next state: after so many of
/// them. The binomial schedule: with s states, the first among them, and each step computed again t
/// times at most, a run may have beta(s, t) = (s + t)! / (s! t!) steps. No schedule computes fewer
/// steps again.
///
/// @param slots  states that may be kept beside the first: s - 1, at least 1
/// @return       1 .. steps - 1, for steps > 1
/// Source: Griewank, Walther 2000, "Algorithm 799: revolve".
std::int64_t next_checkpoint(std::int64_t steps, std::int64_t slots);

/// The steps that the way back computes without the gradient's graph, beyond the one time that each
/// is computed with it, where the states on the schedule are kept on the way ahead.
std::int64_t recomputed_steps(std::int64_t steps, std::int64_t slots);

}  // namespace inkling
