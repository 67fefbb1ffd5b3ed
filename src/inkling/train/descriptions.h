// Descriptions of labels beside the examples of a split.
#pragma once

#include "inkling/train/task_data.h"

namespace inkling {

/// Whether the configuration's tasks come with descriptions of their classes.
bool has_descriptions(const RunConfig& config);

/// @throws Error usage, where the method reads descriptions and there are none
void check_descriptions(const RunConfig& config);

/// `split` tokenised. Where there are descriptions, those of its labels, in their order, are the
/// last texts of the table (tasks/text_episodes.h).
/// @throws Error io or data, naming a label that has none
TextData tokenised_with_descriptions(const TextSplit& split, const RunConfig& config,
                                     const Vocabulary& vocabulary, int threads);

}  // namespace inkling
