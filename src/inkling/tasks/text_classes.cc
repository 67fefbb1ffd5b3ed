#include "inkling/tasks/text_classes.h"

#include "inkling/metrics/metrics.h"
#include "inkling/tasks/text_episodes.h"

namespace inkling {
namespace {

std::vector<Answers> answers_of(std::span<const EpisodeResult> results) {
  std::vector<Answers> all;
  for (const EpisodeResult& result : results) all.push_back(answers_of(result));
  return all;
}

}  // namespace

Answers answers_of(const EpisodeResult& result) {
  Answers answers;
  answers.scores = result.scores;
  answers.classes = static_cast<std::int32_t>(result.outputs);
  for (const double truth : result.truth) {
    answers.truth.push_back(static_cast<std::int32_t>(truth));
  }
  return answers;
}

std::unique_ptr<EpisodeSource> TextClasses::source(SourceOptions options) const {
  return text_episodes(std::move(options));
}

nlohmann::json TextClasses::report(std::span<const EpisodeResult> results,
                                   std::span<const std::string> labels, double temperature,
                                   double abstain) const {
  const std::vector<Answers> answers = answers_of(results);
  nlohmann::json made = classification_report(answers, labels, temperature, abstain);
  add_scores(answers, labels, temperature, abstain, made);
  return made;
}

double TextClasses::measure(const EpisodeResult& result) const {
  return accuracy(answers_of(result));
}

double TextClasses::temperature(std::span<const EpisodeResult> results) const {
  return fit_temperature(answers_of(results));
}

}  // namespace inkling
