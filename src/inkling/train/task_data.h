// From a configuration's data to tokenised splits.
#pragma once

#include <functional>
#include <string>
#include <unordered_set>
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
  SoftLabels soft = {};
  bool pairs = false;  ///< whether texts mark pairs (text/pair_text.h)
  bool spans = false;  ///< whether texts mark spans (data/span_text.h)
  /// Of each text the sentence that it is cut from; empty where none is cut.
  std::vector<std::string> whole = {};
};

struct TrainingSplits {
  TextSplit train;
  TextSplit validation;       ///< empty where nothing is held out
  TextSplit unlabelled = {};  ///< texts without a label, for a method that reads such; its labels
                              ///< mean nothing
};

/// A text of the split without what it marks, or the sentence that it is cut from: one sentence may
/// be there several times, and is not to be known where one of them is asked about.
std::string sentence_of(const TextSplit& split, std::size_t place);

using Sentences = std::unordered_set<std::string>;

/// Those that the configuration tests on.
Sentences tested_sentences(const RunConfig& config);

/// What the configuration meta-trains on and validates with. No sentence of `hidden` is among them,
/// and none of the test data where tasks are by label or by group or texts are without labels; how
/// many were left out for that is logged.
/// @throws Error usage or data
TrainingSplits training_splits(const RunConfig& config, const Sentences& hidden = {});

/// The places of `split` for which `keep` holds, as a split of the same labels and groups, without
/// what a teacher says of it.
TextSplit part_of(const TextSplit& split, const std::function<bool(std::size_t)>& keep);

/// Texts without a label as a split.
TextSplit unlabelled_split(std::vector<std::string> texts);

/// Whether the configuration's method learns from texts without a label too.
bool reads_unlabelled(const RunConfig& config);

/// What the configuration tests on: data.test, or data.train's test values.
/// @param labels  where not empty, the classes of the model: the data may have no other
/// @throws Error usage where the configuration names no test data; data
TextSplit test_split(const RunConfig& config, const std::vector<std::string>& labels);

/// What supports of test tasks are drawn from, data.test_support, with the classes `labels`.
/// @throws Error usage or data
TextSplit support_split(const RunConfig& config, const std::vector<std::string>& labels);

/// The shape of a task, as the options say.
EpisodeShape shape_of(const EpisodeOptions& options);

/// Support examples a class of a test task.
std::int64_t test_shots(const RunConfig& config);
/// The same of its classes, where tasks are by label.
std::int64_t test_ways(const RunConfig& config);

/// Whether episodes of this shape can be drawn from `split`.
bool holds_episodes(const TextSplit& split, TasksBy by, EpisodeShape shape);

/// The value of an option; "" where there is none of this name.
std::string option_value(const PluginOptions& options, std::string_view name);

TextData tokenised(const TextSplit& split, const Vocabulary& vocabulary, int threads);

/// The vocabulary of these texts, and of the pretrained vectors where the encoder starts from some.
/// @throws Error usage, where numbers are to be learned beside pretrained vectors and there are
/// none
Vocabulary vocabulary_of(const TextSplit& split, const RunConfig& config, int threads);

}  // namespace inkling
