#include "inkling/bilevel/checkpoint_schedule.h"

#include <algorithm>

namespace inkling {

std::int64_t next_checkpoint(std::int64_t steps, std::int64_t slots) {
  // The fewest repetitions t whose schedule is long enough, and the length of that schedule.
  std::int64_t repetitions = 1;
  double reach = static_cast<double>(slots + 1);
  while (reach < static_cast<double>(steps)) {
    ++repetitions;
    reach = reach * static_cast<double>(slots + repetitions) / static_cast<double>(repetitions);
  }
  // The part before the checkpoint is the schedule of one repetition less.
  const auto before = static_cast<double>(steps) * static_cast<double>(repetitions) /
                      static_cast<double>(slots + repetitions);
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(before), 1, steps - 1);
}

std::int64_t recomputed_steps(std::int64_t steps, std::int64_t slots) {
  std::int64_t count = 0;
  for (; steps > 1;) {
    if (slots == 0) return count + steps * (steps - 1) / 2;
    const std::int64_t first = next_checkpoint(steps, slots);
    count += first + recomputed_steps(steps - first, slots - 1);
    steps = first;
  }
  return count;
}

}  // namespace inkling
