// What a classifier's answers are worth: accuracy, per-class scores, confusion, intervals.
// Free of the engine: plain numbers in, plain numbers out.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "inkling/metrics/answers.h"
#include "inkling/metrics/calibration.h"

namespace inkling {

/// A mean over episodes (or seeds) with the half width of its 95% interval, 1.96 sigma / sqrt(n)
/// (sigma with n - 1).
struct Estimate {
  double value = 0;
  double ci95 = 0;
  std::int64_t count = 0;
};

/// All 0 where there are no values; no interval from a single one.
Estimate estimate_of(std::span<const double> values);

/// [classes, classes], row truth, column answer. With `abstain` above 0 it is [classes, classes +
/// 1]: the last column counts the answers whose probability (softmax at `temperature`) is below it.
std::vector<std::int64_t> confusion_of(const Answers& answers, double temperature = 1,
                                       double abstain = 0);

/// Percentages, 0-100; 0 where nothing was asked. Balanced accuracy is the mean recall over the
/// classes that occur in the truth; macro F1 the mean F1 over them. A confusion may have the column
/// of those who abstained: they count as wrong for their class, and as an answer of no other.
double accuracy(const Answers& answers);
double accuracy(std::span<const std::int64_t> confusion, std::int32_t classes);
double balanced_accuracy(std::span<const std::int64_t> confusion, std::int32_t classes);
double macro_f1(std::span<const std::int64_t> confusion, std::int32_t classes);

/// {"metrics": {"accuracy": {"value", "ci95"}, "balanced_accuracy": ..., "macro_f1": ...},
/// "classes": [{"label", "precision", "recall", "f1", "support"}], "confusion": [[...]], "ece": ..,
/// "temperature": .., "abstained": n, "items": n, "episodes": n}: means over the episodes that have
/// items, with the interval over episodes. The rest is over all items together. One "episode" is a
/// fixed test set: its interval is the binomial one over its items (for the metrics that are no
/// plain share, the multinomial one over its confusion, by the delta method). Per-class scores and
/// the confusion matrix are left out where `labels` is empty (by label, class 0 means nothing over
/// episodes).
/// @param labels   the class names, or none
/// @param abstain  answers below this probability count as wrong, and are counted
nlohmann::json classification_report(std::span<const Answers> episodes,
                                     std::span<const std::string> labels, double temperature = 1,
                                     double abstain = 0);

}  // namespace inkling
