#include "inkling/tasks/tagged_texts.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/data/span_text.h"
#include "inkling/metrics/calibration.h"
#include "inkling/metrics/span_scores.h"
#include "inkling/tasks/tagged_episodes.h"
#include "inkling/tasks/tagged_records.h"

namespace inkling {
namespace {

/// Episodes of which each has classes of its own have kOutside first; names say where it is else.
std::int32_t outside_of(std::span<const std::string> names) {
  const auto found = std::ranges::find(names, kOutside);
  return found == names.end() ? 0 : static_cast<std::int32_t>(found - names.begin());
}

std::string name_of(std::span<const std::string> names, std::int32_t of_class) {
  const auto at = static_cast<std::size_t>(of_class);
  return at < names.size() ? names[at] : std::to_string(of_class);
}

/// Adds the sentences of an episode, whose classes have these names, if any.
void add_to(SpanScores& scores, const EpisodeResult& result, std::span<const std::string> names,
            const TagDecoding& decoding, double temperature, double abstain) {
  const std::int32_t outside = outside_of(names);
  const std::vector<std::int32_t> answers =
      decoded(decoding, result.scores, result.outputs, result.offsets, outside);
  const std::vector<std::int32_t> truth(result.truth.begin(), result.truth.end());
  const auto named = [&](const std::vector<ClassSpan>& spans) {
    std::vector<Span> made;
    for (const ClassSpan& span : spans) {
      made.push_back({span.begin, span.end, name_of(names, span.of_class)});
    }
    return made;
  };
  for (std::size_t i = 0; i + 1 < result.offsets.size(); ++i) {
    const std::int64_t first = result.offsets[i];
    const std::int64_t last = result.offsets[i + 1];
    std::vector<ClassSpan> found = class_spans(answers, {}, first, last, outside);
    if (abstain > 0) {
      std::erase_if(found, [&](const ClassSpan& span) {
        return confidence(span, result.scores, result.outputs, temperature) < abstain;
      });
    }
    scores.add(named(class_spans(truth, result.begins, first, last, outside)), named(found));
  }
}

std::span<const std::string> names_of(const EpisodeResult& result,
                                      std::span<const std::string> labels) {
  return result.names.empty() ? labels : std::span<const std::string>(result.names);
}

/// A ratio of sums over episodes with the half width of its 95% interval: the episodes' deviations
/// from it, in units of the denominator's mean (Cochran 1977, 6.4).
struct Ratio {
  std::vector<double> above;
  std::vector<double> below;

  nlohmann::json percent() const {
    double a = 0;
    double b = 0;
    for (const double value : above) a += value;
    for (const double value : below) b += value;
    const double ratio = b > 0 ? a / b : 0;
    double squares = 0;
    for (std::size_t i = 0; i < above.size(); ++i) {
      squares += (above[i] - ratio * below[i]) * (above[i] - ratio * below[i]);
    }
    const auto n = static_cast<double>(above.size());
    const double error = n > 1 && b > 0 ? std::sqrt(squares * n / (n - 1)) / b : 0;
    return {{"value", 100 * ratio}, {"ci95", 100 * 1.96 * error}};
  }
};

std::vector<Answers> answers_of(std::span<const EpisodeResult> results) {
  std::vector<Answers> all;
  for (const EpisodeResult& result : results) {
    all.push_back({result.scores,
                   {result.truth.begin(), result.truth.end()},
                   static_cast<std::int32_t>(result.outputs)});
  }
  return all;
}

}  // namespace

std::int64_t TaggedTexts::classes(std::span<const std::string> labels) const {
  return TagClasses(labels).size();
}

std::unique_ptr<EpisodeSource> TaggedTexts::source(SourceOptions options) const {
  return tagged_episodes(std::move(options));
}

std::map<std::string, std::string> TaggedTexts::learned_options(const TextData& train) const {
  std::vector<std::vector<Span>> spans;
  std::vector<std::int64_t> words;
  for (const SpanExample& sentence : span_pool(train.pool, train.spans, train.labels, true)) {
    spans.push_back(train.spans[static_cast<std::size_t>(sentence.index)]);
    words.push_back(std::ssize(train.table[sentence.index]));
  }
  return {{"transitions", AbstractTransitions::counted(spans, words).text()}};
}

double TaggedTexts::measure(const EpisodeResult& result) const {
  SpanScores scores;
  add_to(scores, result, result.names, decoding(), 1, 0);
  return scores.all().f1();
}

nlohmann::json TaggedTexts::report(std::span<const EpisodeResult> results,
                                   std::span<const std::string> labels, double temperature,
                                   double abstain) const {
  const TagClasses fixed(labels);
  const std::span<const std::string> fallback =
      labels.empty() ? std::span<const std::string>() : fixed.names;
  Ratio f1;
  Ratio precision;
  Ratio recall;
  SpanScores all;
  std::int64_t items = 0;
  bool named = true;
  for (const EpisodeResult& result : results) {
    const std::span<const std::string> names = names_of(result, fallback);
    named = named && !names.empty();
    SpanScores own;
    add_to(own, result, names, decoding(), temperature, abstain);
    add_to(all, result, names, decoding(), temperature, abstain);
    const SpanCounts counts = own.all();
    const auto right = static_cast<double>(counts.right);
    const auto answered = static_cast<double>(counts.answered);
    const auto truth = static_cast<double>(counts.truth);
    f1.above.push_back(2 * right);
    f1.below.push_back(answered + truth);
    precision.above.push_back(right);
    precision.below.push_back(answered);
    recall.above.push_back(right);
    recall.below.push_back(truth);
    items += std::ssize(result.truth);
  }
  nlohmann::json report;
  report["metrics"] = {
      {"f1", f1.percent()}, {"precision", precision.percent()}, {"recall", recall.percent()}};
  if (named) report["classes"] = all.report()["types"];
  report["ece"] = expected_calibration_error(answers_of(results), temperature);
  report["temperature"] = temperature;
  report["items"] = items;
  report["episodes"] = results.size();
  return report;
}

double TaggedTexts::temperature(std::span<const EpisodeResult> results) const {
  return fit_temperature(answers_of(results));
}

const TaggedTexts& tagging(const Task& task) {
  const auto* tagged = dynamic_cast<const TaggedTexts*>(&task);
  if (tagged == nullptr) throw Error(ErrorKind::internal, "a task without spans is read as one");
  return *tagged;
}

}  // namespace inkling
