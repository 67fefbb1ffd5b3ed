// Tasks whose unit is a word of a sentence and whose answer is labelled spans: what they have in
// common.
#pragma once

#include "inkling/base/strings.h"
#include "inkling/metrics/span_scores.h"
#include "inkling/tasks/tag_decoding.h"
#include "inkling/tasks/tagged_records.h"
#include "inkling/tasks/task.h"

namespace inkling {

/// Spans that count together, and the name of their F1 in front: "core_f1".
struct SpanMeasure {
  std::string name;
  SpanRule rule;

  std::string key(const std::string& number) const {
    return name.empty() ? number : cat(name, "_", number);
  }
};

/// Decided by the F1 of spans, over all episodes together.
class TaggedTexts : public Task {
 public:
  bool reads_text() const override { return true; }
  bool reads_spans() const override { return true; }
  /// One more than the labels, those outside, unless that is among them.
  std::int64_t classes(std::span<const std::string> labels) const override;
  HeadShape head(std::int64_t classes) const override { return {classes, LossKind::cross_entropy}; }
  std::unique_ptr<EpisodeSource> source(SourceOptions options) const override;
  std::string metric() const override { return measures().front().key("f1"); }
  bool higher_is_better() const override { return true; }
  double measure(const EpisodeResult& result) const override;
  /// Micro precision, recall and F1 of the spans of each measure, with the interval of a ratio of
  /// episodes' sums; and of each type, where classes have names.
  nlohmann::json report(std::span<const EpisodeResult> results, std::span<const std::string> labels,
                        double temperature, double abstain) const override;
  double temperature(std::span<const EpisodeResult> results) const override;

  /// Whether each sentence marks the one predicate that it is about (data/role_examples.h): its
  /// words are units with a distance to it (Batch::dense).
  bool has_predicates() const { return reads_pairs(); }
  /// The text of an example with its spans marked.
  virtual std::string text_of(const Example& example) const;
  /// The class of each word, from its scores.
  /// @param names    of the classes; empty where that is not known
  virtual std::vector<std::int32_t> tags(const EpisodeResult& result,
                                         std::span<const std::string> names,
                                         std::int32_t outside) const = 0;
  /// Whether each word of a class is a span of its own.
  virtual bool single_words() const { return false; }
  /// The spans of the words [first, last) of these classes, as an answer.
  std::vector<ClassSpan> answered(std::span<const std::int32_t> tags, std::int64_t first,
                                  std::int64_t last, std::int32_t outside) const;
  /// What is counted; the first decides, and the last is all of it.
  virtual std::vector<SpanMeasure> measures() const { return {{}}; }
};

/// The task, which reads spans. @throws Error internal, where it does not
const TaggedTexts& tagging(const Task& task);

}  // namespace inkling
