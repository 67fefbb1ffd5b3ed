#include "inkling/tasks/tagged_texts.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "inkling/base/error.h"
#include "inkling/data/span_examples.h"
#include "inkling/data/span_text.h"
#include "inkling/metrics/calibration.h"
#include "inkling/tasks/tagged_episodes.h"

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

/// Adds the sentences of an episode, whose classes have these names, if any, to each.
void add_to(std::span<SpanScores> scores, const EpisodeResult& result,
            std::span<const std::string> names, const TaggedTexts& task, double temperature,
            double abstain) {
  const std::int32_t outside = outside_of(names);
  const std::vector<std::int32_t> answers = task.tags(result, names, outside);
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
    std::vector<ClassSpan> found = task.answered(answers, first, last, outside);
    if (abstain > 0) {
      std::erase_if(found, [&](const ClassSpan& span) {
        return confidence(span, result.scores, result.outputs, temperature) < abstain;
      });
    }
    const std::vector<Span> wanted = named(class_spans(truth, result.begins, first, last, outside));
    const std::vector<Span> answered = named(found);
    for (SpanScores& each : scores) each.add(wanted, answered);
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

struct Ratios {
  Ratio f1;
  Ratio precision;
  Ratio recall;

  /// Those of an episode.
  void add(const SpanCounts& counts) {
    const auto right = static_cast<double>(counts.right);
    const auto answered = static_cast<double>(counts.answered);
    const auto truth = static_cast<double>(counts.truth);
    f1.above.push_back(2 * right);
    f1.below.push_back(answered + truth);
    precision.above.push_back(right);
    precision.below.push_back(answered);
    recall.above.push_back(right);
    recall.below.push_back(truth);
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
  return tagged_episodes(std::move(options), has_predicates());
}

std::string TaggedTexts::text_of(const Example& example) const {
  return span_text_of(example);
}

std::vector<ClassSpan> TaggedTexts::answered(std::span<const std::int32_t> tags, std::int64_t first,
                                             std::int64_t last, std::int32_t outside) const {
  const std::vector<std::uint8_t> begins(single_words() ? tags.size() : 0, kBegins);
  return class_spans(tags, begins, first, last, outside);
}

double TaggedTexts::measure(const EpisodeResult& result) const {
  std::vector<SpanScores> scores = {SpanScores(measures().front().rule)};
  add_to(scores, result, result.names, *this, 1, 0);
  return scores.front().all().f1();
}

nlohmann::json TaggedTexts::report(std::span<const EpisodeResult> results,
                                   std::span<const std::string> labels, double temperature,
                                   double abstain) const {
  const TagClasses fixed(labels);
  const std::span<const std::string> fallback =
      labels.empty() ? std::span<const std::string>() : fixed.names;
  const std::vector<SpanMeasure> counted = measures();
  std::vector<SpanScores> all;
  for (const SpanMeasure& one : counted) all.emplace_back(one.rule);
  std::vector<Ratios> ratios(counted.size());
  std::int64_t items = 0;
  bool named = true;
  for (const EpisodeResult& result : results) {
    const std::span<const std::string> names = names_of(result, fallback);
    named = named && !names.empty();
    std::vector<SpanScores> own;
    for (const SpanMeasure& one : counted) own.emplace_back(one.rule);
    add_to(own, result, names, *this, temperature, abstain);
    for (std::size_t i = 0; i < counted.size(); ++i) {
      ratios[i].add(own[i].all());
      all[i].add(own[i]);
    }
    items += std::ssize(result.truth);
  }
  nlohmann::json report;
  for (std::size_t i = 0; i < counted.size(); ++i) {
    report["metrics"][counted[i].key("f1")] = ratios[i].f1.percent();
    report["metrics"][counted[i].key("precision")] = ratios[i].precision.percent();
    report["metrics"][counted[i].key("recall")] = ratios[i].recall.percent();
  }
  if (named) report["classes"] = all.back().report()["types"];
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
