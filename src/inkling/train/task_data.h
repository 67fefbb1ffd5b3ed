// From a configuration's data to tokenised splits.
#pragma once

#include <string>
#include <vector>

#include "inkling/api/run_config.h"
#include "inkling/data/pool.h"
#include "inkling/tasks/task.h"

namespace inkling {

/// The examples of one split, before they are tokenised.
struct TextSplit {
  std::vector<std::string> texts;
  std::vector<PoolExample> pool;  ///< index: of texts
  std::vector<std::string> labels;
  std::vector<std::string> groups;
};

struct TrainingSplits {
  TextSplit train;
  TextSplit validation;  ///< empty where nothing is held out
};

/// What the configuration meta-trains on and validates with. No text of the test data is among them
/// where tasks are by label or by group; how many were left out for that is logged.
/// @throws Error usage or data
TrainingSplits training_splits(const RunConfig& config);

/// What the configuration tests on: data.test, or data.train's test values.
/// @param labels  where not empty, the classes of the model: the data may have no other
/// @throws Error usage where the configuration names no test data; data
TextSplit test_split(const RunConfig& config, const std::vector<std::string>& labels);

/// The configuration's test tasks with supports drawn from data.test_support: one task a group (or
/// one in all) and draw, whose query is all of its test examples. Supports hold no text of a query.
/// @param labels  as above
/// @throws Error usage or data, naming the class and group with too few examples
struct FixedTest {
  TextSplit split;  ///< the test examples; its texts are followed by those of the supports
  FixedTasks tasks;
};
FixedTest fixed_test(const RunConfig& config, const std::vector<std::string>& labels);

/// Whether episodes of this shape can be drawn from `split`.
bool holds_episodes(const TextSplit& split, TasksBy by, EpisodeShape shape);

TextData tokenised(const TextSplit& split, const Vocabulary& vocabulary, int threads);

/// The vocabulary of these texts, and of the pretrained vectors where the encoder starts from some.
Vocabulary vocabulary_of(const TextSplit& split, const RunConfig& config, int threads);

}  // namespace inkling
