// Tasks whose unit is a text and whose answer is a class: what they have in common.
#pragma once

#include "inkling/metrics/answers.h"
#include "inkling/tasks/task.h"

namespace inkling {

/// The scores of an episode's texts, and what they are.
Answers answers_of(const EpisodeResult& result);

/// Decided by accuracy; calibrated by a temperature.
class TextClasses : public Task {
 public:
  bool reads_text() const override { return true; }
  HeadShape head(std::int64_t classes) const override { return {classes, LossKind::cross_entropy}; }
  std::unique_ptr<EpisodeSource> source(SourceOptions options) const override;
  std::string metric() const override { return "accuracy"; }
  bool higher_is_better() const override { return true; }
  double measure(const EpisodeResult& result) const override;
  nlohmann::json report(std::span<const EpisodeResult> results, std::span<const std::string> labels,
                        double temperature, double abstain) const override;
  double temperature(std::span<const EpisodeResult> results) const override;

 protected:
  /// What a task reports beside the scores of every classifier.
  virtual void add_scores(std::span<const Answers>, std::span<const std::string> /*labels*/,
                          double /*temperature*/, double /*abstain*/,
                          nlohmann::json& /*report*/) const {}
};

}  // namespace inkling
