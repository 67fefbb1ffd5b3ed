// Where the answer "none of the above" begins.
#pragma once

#include <span>

#include "inkling/metrics/answers.h"

namespace inkling {

/// The number that, added to the score of the last class, makes most answers of all `tests`
/// together right: that class is "none of the above", the others are a task's own. Of equally good
/// ones the nearest to 0, midway between two items where it is not 0; 0 where there are no items.
/// @throws Error as check(Answers); internal, where tests differ in classes or have fewer than two
double best_none_shift(std::span<const Answers> tests);

}  // namespace inkling
