// Bounds that a user gives hyperparameters.
#pragma once

#include <string>
#include <vector>

#include "inkling/api/hyperparameters.h"

namespace inkling {

/// Narrows the bounds of those that are tuned.
/// @param bounds  each "name=low:high", of a vector by "name/per" or "name", of each of its numbers
/// @throws Error usage: one that is not tuned, no numbers, an empty range, one beyond what the
/// hyperparameter allows, a start outside
void narrow(std::vector<TunedHyperparameter>& tuned, const std::vector<std::string>& bounds);

/// Whether `bounds` gives some to this one.
bool has_bounds(const std::vector<std::string>& bounds, const TunedHyperparameter& one);

}  // namespace inkling
