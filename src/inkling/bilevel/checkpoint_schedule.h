// Which steps of an inner loop are computed again on the way back, where only few of its states are
// kept.
#pragma once

#include <cstdint>

namespace inkling {

/// Where a run of `steps` steps, whose first state is kept, keeps its next state: after so many of
/// them. The binomial schedule: with t repetitions at most and s slots, (s + t)! / (s! t!) steps.
///
/// @param slots  states that may be kept beside the first, at least 1
/// @return       1 .. steps - 1, for steps > 1
/// Source: Griewank 1992, "Achieving logarithmic growth of temporal and spatial complexity in
/// reverse automatic differentiation".
std::int64_t next_checkpoint(std::int64_t steps, std::int64_t slots);

/// The steps that the way back computes without the gradient's graph, beyond the one time that each
/// is computed with it.
std::int64_t recomputed_steps(std::int64_t steps, std::int64_t slots);

}  // namespace inkling
