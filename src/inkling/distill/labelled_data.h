// What a distillation is given: labelled texts, some of them held out, and what must not be met.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "inkling/api/distill_options.h"
#include "inkling/train/task_data.h"

namespace inkling::distill {

struct LabelledData {
  TrainingSplits splits;  ///< what the teacher learns from, and what validates the student
  std::vector<std::string> hidden;  ///< texts whose labels options.labels hides
};

/// The training data of `config` with options.labels of their labels.
/// @throws Error usage or data
LabelledData labelled_data(const RunConfig& config, const DistillOptions& options);

/// The configuration's test texts; none where it names no test data.
std::unordered_set<std::string> test_texts(const RunConfig& config);

}  // namespace inkling::distill
