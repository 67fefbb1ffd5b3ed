// What a classifier's answers are worth: accuracy, per-class scores, confusion, intervals, calibration.
// Free of the engine: plain numbers in, plain numbers out.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace inkling {

/// A mean over episodes (or seeds) with the half width of its 95% interval, 1.96 sigma / sqrt(n) (sigma with n - 1).
struct Estimate {
  double value = 0;
  double ci95 = 0;
  std::int64_t count = 0;
};

Estimate estimate_of(std::span<const double> values);

/// Answers of one episode or of a whole test set: scores are logits, row-major [items, classes].
struct Answers {
  std::vector<double> scores;
  std::vector<std::int32_t> truth;  ///< class of each item
  std::int32_t classes = 0;

  std::span<const double> row(std::int64_t item) const {
    return std::span(scores).subspan(static_cast<std::size_t>(item) * static_cast<std::size_t>(classes),
                                     static_cast<std::size_t>(classes));
  }
  std::int64_t size() const { return static_cast<std::int64_t>(truth.size()); }
};

/// The class with the highest score; the lowest of equals.
std::int32_t argmax(std::span<const double> scores);
/// Softmax of scores / temperature.
std::vector<double> probabilities(std::span<const double> scores, double temperature = 1);

/// [classes * classes], row truth, column answer.
std::vector<std::int64_t> confusion_of(const Answers& answers);
/// Percentages, 0-100. Balanced accuracy is the mean recall over the classes that occur; macro F1 the mean F1 over them.
double accuracy(const Answers& answers);
double balanced_accuracy(std::span<const std::int64_t> confusion, std::int32_t classes);
double macro_f1(std::span<const std::int64_t> confusion, std::int32_t classes);

/// Expected calibration error, 0-100, over `bins` equal bins of the highest probability (Guo et al. 2017, eq. 3).
double expected_calibration_error(std::span<const Answers> episodes, double temperature, int bins = 15);

/// The temperature in [0.01, 100] with the lowest mean negative log-likelihood (golden section on its logarithm).
/// 1 where there are no answers.
double fit_temperature(std::span<const Answers> episodes);

/// {"metrics": {"accuracy": {"value", "ci95"}, "balanced_accuracy": ..., "macro_f1": ...}, "classes": [{"label", "precision",
/// "recall", "f1", "support"}], "confusion": [[...]], "ece": .., "temperature": .., "abstained": ..., "episodes": n}
/// over episodes; one "episode" is a fixed test set, whose interval is the binomial one over its items. Per-class scores and the
/// confusion matrix are left out where `labels` is empty (by label, class 0 means nothing over episodes).
/// @param abstain  answers below this probability count as wrong, and are counted
nlohmann::json classification_report(std::span<const Answers> episodes, std::span<const std::string> labels,
                                     double temperature = 1, double abstain = 0);

}  // namespace inkling
