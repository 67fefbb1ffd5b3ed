// What of the training data is kept for validation.
#pragma once

#include <cstdint>

#include "inkling/train/task_data.h"

namespace inkling {

/// A share of each label for validation, equal texts on one side.
TrainingSplits examples_held_out(const TextSplit& split, double share, std::int64_t seed);

/// The share of `split` that data.holdout says, as data.holdout-of says.
/// @throws Error usage where one data set is to be cut into tasks; data where no tasks can be held
///         out and that is asked for
TrainingSplits hold_out(const TextSplit& split, const RunConfig& config);

}  // namespace inkling
