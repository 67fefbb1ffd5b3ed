#include "inkling/metrics/calibration.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

void check_temperature(double temperature) {
  if (!(temperature > 0) || !std::isfinite(temperature))
    throw Error(ErrorKind::usage, cat("the temperature is ", shortest(temperature)),
                {.field = "temperature"}, "it is a number above 0");
}

/// sum_c exp((score_c - highest) / temperature): the highest probability is 1 over it.
double relative_mass(std::span<const double> scores, double highest, double temperature) {
  double sum = 0;
  for (const double score : scores) sum += std::exp((score - highest) / temperature);
  return sum;
}

double highest_of(std::span<const double> scores) {
  return *std::max_element(scores.begin(), scores.end());
}

double negative_log_likelihood(std::span<const Answers> episodes, double temperature) {
  double sum = 0;
  for (const Answers& answers : episodes)
    for (std::int64_t i = 0; i < answers.size(); ++i) {
      const auto row = answers.row(i);
      const auto truth = static_cast<std::size_t>(answers.truth[static_cast<std::size_t>(i)]);
      const double highest = highest_of(row);
      sum +=
          std::log(relative_mass(row, highest, temperature)) + (highest - row[truth]) / temperature;
    }
  return sum;
}

}  // namespace

std::vector<double> probabilities(std::span<const double> scores, double temperature) {
  check_temperature(temperature);
  if (scores.empty()) return {};
  const double highest = highest_of(scores);
  const double mass = relative_mass(scores, highest, temperature);
  std::vector<double> result;
  result.reserve(scores.size());
  for (const double score : scores)
    result.push_back(std::exp((score - highest) / temperature) / mass);
  return result;
}

double confidence(std::span<const double> scores, double temperature) {
  check_temperature(temperature);
  return 1 / relative_mass(scores, highest_of(scores), temperature);
}

double expected_calibration_error(std::span<const Answers> episodes, double temperature, int bins) {
  check_temperature(temperature);
  if (bins < 1) throw Error(ErrorKind::usage, "no bins", {.field = "bins"}, "give at least 1");
  // |items_b| * (accuracy_b - confidence_b) is the sum over the bin of (right - confidence).
  std::vector<double> gaps(static_cast<std::size_t>(bins));
  std::int64_t items = 0;
  for (const Answers& answers : episodes) {
    check(answers);
    items += answers.size();
    for (std::int64_t i = 0; i < answers.size(); ++i) {
      const double sure = confidence(answers.row(i), temperature);
      const bool right = argmax(answers.row(i)) == answers.truth[static_cast<std::size_t>(i)];
      const auto bin = static_cast<int>(std::ceil(sure * bins)) - 1;
      gaps[static_cast<std::size_t>(std::clamp(bin, 0, bins - 1))] += (right ? 1 : 0) - sure;
    }
  }
  if (items == 0) return 0;
  double sum = 0;
  for (const double gap : gaps) sum += std::abs(gap);
  return 100 * sum / static_cast<double>(items);
}

double fit_temperature(std::span<const Answers> episodes) {
  std::int64_t items = 0;
  for (const Answers& answers : episodes) {
    check(answers);
    items += answers.size();
  }
  if (items == 0) return 1;
  const auto loss = [&](double logarithm) {
    return negative_log_likelihood(episodes, std::exp(logarithm));
  };
  constexpr double kRatio = std::numbers::phi - 1;
  constexpr double kPrecision = 1e-5;
  double low = std::log(0.01);
  double high = std::log(100);
  double left = high - kRatio * (high - low);
  double right = low + kRatio * (high - low);
  double left_loss = loss(left);
  double right_loss = loss(right);
  while (high - low > kPrecision) {
    if (left_loss < right_loss) {
      high = right;
      right = left;
      right_loss = left_loss;
      left = high - kRatio * (high - low);
      left_loss = loss(left);
    } else {
      low = left;
      left = right;
      left_loss = right_loss;
      right = low + kRatio * (high - low);
      right_loss = loss(right);
    }
  }
  return std::exp((low + high) / 2);
}

}  // namespace inkling
