// Whether a probability can be taken at its word, and the one number that mends it.
#pragma once

#include <span>
#include <vector>

#include "inkling/metrics/answers.h"

namespace inkling {

/// Softmax of scores / temperature.
std::vector<double> probabilities(std::span<const double> scores, double temperature = 1);

/// The largest of these probabilities.
double confidence(std::span<const double> scores, double temperature = 1);

/// Expected calibration error, 0-100: sum_b |items_b| / |items| * |accuracy_b - confidence_b| over
/// `bins` equal bins (low, high] of the highest probability, all items of all episodes in one pot.
/// 0 where there are no answers. Source: Guo et al. 2017, eq. 3.
double expected_calibration_error(std::span<const Answers> episodes, double temperature,
                                  int bins = 15);

/// The temperature in [0.01, 100] with the lowest mean negative log-likelihood, the highest of
/// equals (golden section on its logarithm, where the likelihood has one valley). 1 where there are
/// no answers.
double fit_temperature(std::span<const Answers> episodes);

}  // namespace inkling
