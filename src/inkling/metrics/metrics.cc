#include "inkling/metrics/metrics.h"

#include <cmath>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

constexpr double kNormal95 = 1.96;

/// A confusion matrix with its margins.
struct Counts {
  std::span<const std::int64_t> cells;
  std::size_t classes;
  std::size_t columns;          ///< classes, or one more
  std::vector<double> truths;   ///< [classes] items of each class
  std::vector<double> answers;  ///< [classes] answers of each class
  double items = 0;
  double occurring = 0;  ///< classes that have items

  Counts(std::span<const std::int64_t> confusion, std::int32_t count)
      : cells(confusion), classes(static_cast<std::size_t>(count)) {
    if (count < 1 || (cells.size() != classes * classes && cells.size() != classes * (classes + 1)))
      throw Error(ErrorKind::internal,
                  cat("a confusion of ", cells.size(), " cells for ", count, " classes"));
    columns = cells.size() / classes;
    truths.resize(classes);
    answers.resize(columns);
    for (std::size_t t = 0; t < classes; ++t) {
      for (std::size_t a = 0; a < columns; ++a) {
        truths[t] += at(t, a);
        answers[a] += at(t, a);
      }
      items += truths[t];
      occurring += truths[t] > 0 ? 1 : 0;
    }
  }

  double at(std::size_t truth, std::size_t answer) const {
    return static_cast<double>(cells[truth * columns + answer]);
  }
  double precision(std::size_t c) const { return answers[c] > 0 ? at(c, c) / answers[c] : 0; }
  double recall(std::size_t c) const { return truths[c] > 0 ? at(c, c) / truths[c] : 0; }
  double f1(std::size_t c) const {
    const double both = truths[c] + answers[c];
    return both > 0 ? 2 * at(c, c) / both : 0;
  }
  double right() const {
    double sum = 0;
    for (std::size_t c = 0; c < classes; ++c) sum += at(c, c);
    return sum;
  }
};

double accuracy_of(const Counts& counts) {
  return counts.items > 0 ? 100 * counts.right() / counts.items : 0;
}

double balanced_accuracy_of(const Counts& counts) {
  double sum = 0;
  for (std::size_t c = 0; c < counts.classes; ++c) sum += counts.recall(c);
  return counts.occurring > 0 ? 100 * sum / counts.occurring : 0;
}

double macro_f1_of(const Counts& counts) {
  double sum = 0;
  for (std::size_t c = 0; c < counts.classes; ++c)
    if (counts.truths[c] > 0) sum += counts.f1(c);
  return counts.occurring > 0 ? 100 * sum / counts.occurring : 0;
}

/// Half widths over the items of one test set: variance = sum_cells n_cell (gradient of the metric
/// by n_cell)^2 for a metric that does not change when all cells are scaled.
double accuracy_interval(const Counts& counts) {
  if (counts.items == 0) return 0;
  const double share = counts.right() / counts.items;
  return 100 * kNormal95 * std::sqrt(share * (1 - share) / counts.items);
}

double balanced_accuracy_interval(const Counts& counts) {
  if (counts.occurring == 0) return 0;
  double variance = 0;
  for (std::size_t c = 0; c < counts.classes; ++c)
    if (counts.truths[c] > 0)
      variance += counts.recall(c) * (1 - counts.recall(c)) / counts.truths[c];
  return 100 * kNormal95 * std::sqrt(variance) / counts.occurring;
}

double macro_f1_interval(const Counts& counts) {
  if (counts.occurring == 0) return 0;
  // F1_c = 2 n_cc / (truths_c + answers_c), for the classes that occur.
  std::vector<double> slope_of_margin(counts.columns);
  std::vector<double> slope_of_hit(counts.classes);
  for (std::size_t c = 0; c < counts.classes; ++c) {
    if (counts.truths[c] == 0) continue;
    const double both = counts.truths[c] + counts.answers[c];
    slope_of_hit[c] = 2 / both;
    slope_of_margin[c] = -counts.f1(c) / both;
  }
  double variance = 0;
  for (std::size_t t = 0; t < counts.classes; ++t)
    for (std::size_t a = 0; a < counts.columns; ++a) {
      const double slope = slope_of_margin[t] + slope_of_margin[a] + (t == a ? slope_of_hit[t] : 0);
      variance += counts.at(t, a) * slope * slope;
    }
  return 100 * kNormal95 * std::sqrt(variance) / counts.occurring;
}

struct Metric {
  const char* name;
  double (*value)(const Counts&);
  double (*interval)(const Counts&);
};

constexpr Metric kMetrics[] = {
    {"accuracy", accuracy_of, accuracy_interval},
    {"balanced_accuracy", balanced_accuracy_of, balanced_accuracy_interval},
    {"macro_f1", macro_f1_of, macro_f1_interval},
};

nlohmann::json per_class(const Counts& counts, std::span<const std::string> labels) {
  nlohmann::json classes = nlohmann::json::array();
  for (std::size_t c = 0; c < counts.classes; ++c)
    classes.push_back({{"label", labels[c]},
                       {"precision", 100 * counts.precision(c)},
                       {"recall", 100 * counts.recall(c)},
                       {"f1", 100 * counts.f1(c)},
                       {"support", static_cast<std::int64_t>(counts.truths[c])}});
  return classes;
}

nlohmann::json rows_of(const Counts& counts) {
  nlohmann::json rows = nlohmann::json::array();
  for (std::size_t t = 0; t < counts.classes; ++t) {
    const auto row = counts.cells.subspan(t * counts.columns, counts.classes);
    rows.push_back(std::vector<std::int64_t>(row.begin(), row.end()));
  }
  return rows;
}

}  // namespace

Estimate estimate_of(std::span<const double> values) {
  Estimate estimate;
  estimate.count = static_cast<std::int64_t>(values.size());
  if (values.empty()) return estimate;
  const auto n = static_cast<double>(values.size());
  for (const double value : values) estimate.value += value / n;
  double squares = 0;
  for (const double value : values) squares += (value - estimate.value) * (value - estimate.value);
  if (values.size() > 1) estimate.ci95 = kNormal95 * std::sqrt(squares / (n - 1) / n);
  return estimate;
}

std::vector<std::int64_t> confusion_of(const Answers& answers, double temperature, double abstain) {
  check(answers);
  const auto classes = static_cast<std::size_t>(answers.classes);
  const std::size_t columns = classes + (abstain > 0 ? 1 : 0);
  std::vector<std::int64_t> confusion(classes * columns);
  for (std::int64_t i = 0; i < answers.size(); ++i) {
    const auto row = answers.row(i);
    const auto truth = static_cast<std::size_t>(answers.truth[static_cast<std::size_t>(i)]);
    const bool silent = abstain > 0 && confidence(row, temperature) < abstain;
    ++confusion[truth * columns + (silent ? classes : static_cast<std::size_t>(argmax(row)))];
  }
  return confusion;
}

double accuracy(const Answers& answers) {
  return accuracy(confusion_of(answers), answers.classes);
}

double accuracy(std::span<const std::int64_t> confusion, std::int32_t classes) {
  return accuracy_of(Counts(confusion, classes));
}

double balanced_accuracy(std::span<const std::int64_t> confusion, std::int32_t classes) {
  return balanced_accuracy_of(Counts(confusion, classes));
}

double macro_f1(std::span<const std::int64_t> confusion, std::int32_t classes) {
  return macro_f1_of(Counts(confusion, classes));
}

nlohmann::json classification_report(std::span<const Answers> episodes,
                                     std::span<const std::string> labels, double temperature,
                                     double abstain) {
  std::vector<std::int64_t> total;
  std::vector<double> values[std::size(kMetrics)];
  double test_set_intervals[std::size(kMetrics)] = {};
  std::int64_t items = 0;
  std::int64_t abstained = 0;
  for (const Answers& answers : episodes) {
    if (!labels.empty() && static_cast<std::size_t>(answers.classes) != labels.size())
      throw Error(ErrorKind::internal,
                  cat("answers of ", answers.classes, " classes for ", labels.size(), " labels"));
    const auto confusion = confusion_of(answers, temperature, abstain);
    const Counts counts(confusion, answers.classes);
    if (counts.items == 0) continue;
    items += answers.size();
    if (abstain > 0) abstained += static_cast<std::int64_t>(counts.answers.back());
    for (std::size_t m = 0; m < std::size(kMetrics); ++m) {
      values[m].push_back(kMetrics[m].value(counts));
      test_set_intervals[m] = kMetrics[m].interval(counts);
    }
    if (labels.empty()) continue;
    total.resize(confusion.size());
    for (std::size_t i = 0; i < confusion.size(); ++i) total[i] += confusion[i];
  }

  nlohmann::json report;
  for (std::size_t m = 0; m < std::size(kMetrics); ++m) {
    const Estimate estimate = estimate_of(values[m]);
    const double interval = estimate.count == 1 ? test_set_intervals[m] : estimate.ci95;
    report["metrics"][kMetrics[m].name] = {{"value", estimate.value}, {"ci95", interval}};
  }
  if (!total.empty()) {
    const Counts counts(total, static_cast<std::int32_t>(labels.size()));
    report["classes"] = per_class(counts, labels);
    report["confusion"] = rows_of(counts);
  }
  report["ece"] = expected_calibration_error(episodes, temperature);
  report["temperature"] = temperature;
  report["abstained"] = abstained;
  report["items"] = items;
  report["episodes"] = values[0].size();
  return report;
}

}  // namespace inkling
