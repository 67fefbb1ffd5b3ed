// Tasks whose unit is a word of a sentence and whose answer is labelled spans: what they have in
// common.
#pragma once

#include "inkling/tasks/tag_decoding.h"
#include "inkling/tasks/task.h"

namespace inkling {

/// Decided by the F1 of spans, over all episodes together.
class TaggedTexts : public Task {
 public:
  bool reads_text() const override { return true; }
  bool reads_spans() const override { return true; }
  /// One more than the labels, those outside, unless that is among them.
  std::int64_t classes(std::span<const std::string> labels) const override;
  HeadShape head(std::int64_t classes) const override { return {classes, LossKind::cross_entropy}; }
  std::unique_ptr<EpisodeSource> source(SourceOptions options) const override;
  /// {"transitions": ...}
  std::map<std::string, std::string> learned_options(const TextData& train) const override;
  std::string metric() const override { return "f1"; }
  bool higher_is_better() const override { return true; }
  double measure(const EpisodeResult& result) const override;
  /// Micro precision, recall and F1 of all spans, with the interval of a ratio of episodes' sums;
  /// and of each type, where classes have names.
  nlohmann::json report(std::span<const EpisodeResult> results, std::span<const std::string> labels,
                        double temperature, double abstain) const override;
  double temperature(std::span<const EpisodeResult> results) const override;

  virtual TagDecoding decoding() const = 0;
};

/// The task, which reads spans. @throws Error internal, where it does not
const TaggedTexts& tagging(const Task& task);

}  // namespace inkling
