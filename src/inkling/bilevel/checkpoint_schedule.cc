#include "inkling/bilevel/checkpoint_schedule.h"

#include <algorithm>
#include <cmath>

namespace inkling {

std::int64_t next_checkpoint(std::int64_t steps, std::int64_t slots) {
  const auto length = static_cast<double>(steps);
  const auto s = static_cast<double>(slots + 1);
  // The fewest repetitions t whose schedule is long enough, and its length beta(s, t).
  double t = 1;
  double reach = s + 1;
  while (reach < length) {
    ++t;
    reach = reach * (s + t) / t;
  }
  const double once_less = reach * t / (s + t);                // beta(s, t - 1)
  const double one_fewer = once_less * s / (s + t - 1);        // beta(s - 1, t - 1)
  const double two_fewer = one_fewer * (s - 1) / (s + t - 2);  // beta(s - 2, t - 1)
  const double twice_less = one_fewer * (t - 1) / s;           // beta(s, t - 2)
  const double three_fewer = two_fewer * (s - 2) / t;          // beta(s - 3, t)
  double first = length - one_fewer - two_fewer;
  if (length <= once_less + two_fewer) {
    first = twice_less;
  } else if (length >= reach - three_fewer) {
    first = once_less;
  }
  return std::clamp<std::int64_t>(std::llround(first), 1, steps - 1);
}

namespace {

/// Steps without a graph, those to the states that the way ahead keeps among them.
std::int64_t all_steps(std::int64_t steps, std::int64_t slots) {
  std::int64_t count = 0;
  for (; steps > 1;) {
    if (slots == 0) return count + steps * (steps - 1) / 2;
    const std::int64_t first = next_checkpoint(steps, slots);
    count += first + all_steps(steps - first, slots - 1);
    steps = first;
  }
  return count;
}

}  // namespace

std::int64_t recomputed_steps(std::int64_t steps, std::int64_t slots) {
  // The way ahead keeps a state at each end of a first sweep, the last step's among them.
  return std::max<std::int64_t>(0, all_steps(steps, slots) - (steps - 1));
}

}  // namespace inkling
