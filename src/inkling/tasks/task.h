// A task: what its examples are, what a head must give for them, what a good answer is. One folder
// each beside this file.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "inkling/data/dataset.h"
#include "inkling/data/episodes.h"
#include "inkling/encoders/encoder_network.h"
#include "inkling/text/token_table.h"

namespace inkling {

/// Tasks that are given rather than drawn. A task with a long query comes in several parts that
/// have its support in common.
struct FixedTasks {
  std::vector<Episode> parts;
  std::vector<std::int64_t> tasks;  ///< of each part: the number of its task, rising from 0
};

/// What a teacher says of the examples of a split (nn/batch.h, Targets), each by its place in the
/// pool.
struct SoftLabels {
  std::vector<float> shares;    ///< [examples, labels]; empty where there are none
  std::vector<float> labelled;  ///< [examples]; empty: none
  std::vector<float> weights;   ///< [examples]; empty: all 1
  double temperature = 1;
};

/// The examples of a split, tokenised once.
struct TextData {
  TokenTable table;
  std::vector<PoolExample> pool;    ///< index: of the table's text
  std::vector<std::string> labels;  ///< PoolExample::label's names
  std::vector<std::string> groups;
  FixedTasks fixed;      ///< where it has parts, they are the episodes
  SoftLabels soft = {};  ///< of examples as one task; episodes have classes alone
  std::vector<std::vector<Span>> spans = {};  ///< of each text of a task that reads spans
};

/// What episodes are made from, and how.
struct SourceOptions {
  const TextData* text = nullptr;  ///< null where the task makes its own
  TasksBy by = TasksBy::group;
  EpisodeShape shape;
  Key key;
  TextWeights weights;             ///< Encoder::text_weights
  std::vector<float> frequencies;  ///< Learner::frequencies
  std::int64_t rows = 0;           ///< of the model's table
  at::ScalarType dtype = at::kFloat;
  at::Device device = at::kCPU;
};

/// Episodes by number. Immutable; safe from several threads.
class EpisodeSource {
 public:
  virtual ~EpisodeSource() = default;

  /// The episodes of these numbers as one record, a pure function of them and the source's key.
  virtual Record make(std::span<const std::uint64_t> numbers) const = 0;
  /// Whether episodes are of one size, so that a record can hold several.
  virtual bool uniform() const { return true; }

  /// The names of the classes of episode `number`, where units are tokens; else none.
  virtual std::vector<std::string> class_names(std::uint64_t) const { return {}; }

  /// All examples as one task: how many there are (0 where a task has episodes alone), and those of
  /// these places as the query of one episode with an empty support.
  virtual std::int64_t examples() const { return 0; }
  virtual Record pass(std::span<const std::int64_t> places) const;
};

/// A unit's scores and truth over one episode, or a whole test set.
struct EpisodeResult {
  std::vector<double> scores;  ///< [U, outputs]
  std::vector<double> truth;   ///< [U] classes, or [U, outputs] values
  std::int64_t outputs = 0;
  /// Where units are tokens: sentence i is the units offsets[i] .. offsets[i + 1], begins [U] are
  /// their marks (tasks/tagged_records.h), and names are those of the classes. Else empty.
  std::vector<std::int64_t> offsets = {};
  std::vector<std::uint8_t> begins = {};
  std::vector<std::string> names = {};
};

class Task {
 public:
  virtual ~Task() = default;

  virtual bool reads_text() const = 0;
  /// Whether a unit is a head and a tail in a text, or a word with a predicate (Batch::dense).
  virtual bool reads_pairs() const { return false; }
  /// Whether texts are sentences that mark spans (data/span_text.h), units their tokens, and labels
  /// the types of spans.
  virtual bool reads_spans() const { return false; }
  /// How many classes a unit may be of where the labels are these.
  virtual std::int64_t classes(std::span<const std::string> labels) const {
    return static_cast<std::int64_t>(labels.size());
  }
  /// Options of the task that are read off the training data where they are not given, by name.
  virtual std::map<std::string, std::string> learned_options(const TextData&) const { return {}; }
  /// The labelled examples, one a unit, that `data` holds for the task.
  /// @throws Error data, naming the example that holds none
  virtual Dataset examples(Dataset data) const { return data; }
  /// Numbers a unit, where the task does not read text.
  virtual std::int64_t inputs() const { return 0; }
  virtual HeadShape head(std::int64_t classes) const = 0;
  virtual std::unique_ptr<EpisodeSource> source(SourceOptions options) const = 0;

  /// The name of the number that decides ("accuracy", "mse").
  virtual std::string metric() const = 0;
  virtual bool higher_is_better() const = 0;
  virtual double measure(const EpisodeResult& result) const = 0;
  /// {"metrics": {name: {"value", "ci95"}}, ...} over episodes.
  /// @param labels  names of the classes where they mean the same in every episode
  virtual nlohmann::json report(std::span<const EpisodeResult> results,
                                std::span<const std::string> labels, double temperature,
                                double abstain) const = 0;
  /// The temperature that makes the probabilities honest; 1 where the task has none.
  virtual double temperature(std::span<const EpisodeResult>) const { return 1; }
};

}  // namespace inkling
