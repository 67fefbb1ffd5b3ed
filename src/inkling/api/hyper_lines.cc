// Where hyperparameters lie on the real line, and the way back: what tuning moves.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>

#include "inkling/api/hyperparameters.h"

namespace inkling {
namespace {

/// n softmax(x).
std::vector<double> on_simplex(std::span<const double> x) {
  const double highest = *std::ranges::max_element(x);
  std::vector<double> weights;
  double sum = 0;
  for (const double place : x) {
    weights.push_back(std::exp(place - highest));
    sum += weights.back();
  }
  for (double& weight : weights) weight *= static_cast<double>(x.size()) / sum;
  return weights;
}

/// Moves places to those of weights between `low` and `high`, low <= 1 <= high, with a mean of one:
/// clamp(c n softmax(x)), by the one factor c that gives it. A shift of all places changes nothing.
void bound_weights(std::span<double> part, double low, double high) {
  std::vector<double> weights = on_simplex(part);
  for (double& weight : weights) weight = std::max(weight, std::numeric_limits<double>::min());
  const auto bounded = [&](double factor) {
    std::vector<double> made;
    for (const double weight : weights) made.push_back(std::clamp(factor * weight, low, high));
    return made;
  };
  const auto sum = [](const std::vector<double>& of) {
    return std::accumulate(of.begin(), of.end(), 0.);
  };
  const auto [least, most] = std::ranges::minmax(weights);
  if (least < low || most > high) {
    constexpr int kHalvings = 200;
    double below = std::log(low / most);
    double above = std::log(high / least);
    for (int i = 0; i < kHalvings; ++i) {
      const double middle = (below + above) / 2;
      const bool less = sum(bounded(std::exp(middle))) < static_cast<double>(part.size());
      (less ? below : above) = middle;
    }
    weights = bounded(std::exp(above));
  }
  for (std::size_t i = 0; i < part.size(); ++i) part[i] = std::log(weights[i]);
}

double twelve_digits(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.12g", value);
  return std::stod(text.data());
}
}  // namespace

double to_line(Bijection bijection, double value) {
  switch (bijection) {
    case Bijection::log:
    case Bijection::simplex:
      return std::log(value);
    case Bijection::logit:
      return std::log(value) - std::log1p(-value);
    case Bijection::softplus:
      break;
  }
  return value + std::log(-std::expm1(-value));
}

double from_line(Bijection bijection, double x) {
  switch (bijection) {
    case Bijection::log:
    case Bijection::simplex:
      return std::exp(x);
    case Bijection::logit:
      return 1 / (1 + std::exp(-x));
    case Bijection::softplus:
      break;
  }
  return std::max(x, 0.) + std::log1p(std::exp(-std::abs(x)));
}

double slope_at(Bijection bijection, double x) {
  switch (bijection) {
    case Bijection::log:
    case Bijection::simplex:
      return std::exp(x);
    case Bijection::logit: {
      const double value = from_line(bijection, x);
      return value * (1 - value);
    }
    case Bijection::softplus:
      break;
  }
  return 1 / (1 + std::exp(-x));
}
std::size_t numbers_of(std::span<const TunedHyperparameter> tuned) {
  std::size_t count = 0;
  for (const TunedHyperparameter& one : tuned) count += one.numbers;
  return count;
}

std::vector<double> start_on_lines(std::span<const TunedHyperparameter> tuned) {
  std::vector<double> x;
  for (const TunedHyperparameter& one : tuned) {
    x.insert(x.end(), one.numbers, to_line(one.of.bijection, one.start));
  }
  return x;
}

std::vector<double> values_at(std::span<const TunedHyperparameter> tuned,
                              std::span<const double> x) {
  std::vector<double> values;
  values.reserve(x.size());
  for_each_part(tuned, x, [&](std::size_t i, std::span<const double> part) {
    const Hyperparameter& of = tuned[i].of;
    if (of.bijection == Bijection::simplex) {
      const std::vector<double> weights = on_simplex(part);
      values.insert(values.end(), weights.begin(), weights.end());
      return;
    }
    for (const double place : part) {
      values.push_back(std::clamp(twelve_digits(from_line(of.bijection, place)), of.low, of.high));
    }
  });
  return values;
}

std::vector<double> gradient_on_lines(std::span<const TunedHyperparameter> tuned,
                                      std::span<const double> x, std::span<const double> gradient) {
  std::vector<double> found;
  found.reserve(x.size());
  for_each_part(tuned, x, [&](std::size_t i, std::span<const double> part) {
    if (tuned[i].of.bijection == Bijection::simplex) {
      // d(n s_i)/dx_j = n s_i ([i = j] - s_j).
      const std::vector<double> weights = on_simplex(part);
      const std::span own = gradient.subspan(found.size(), part.size());
      double mean = 0;
      for (std::size_t j = 0; j < part.size(); ++j) mean += weights[j] * own[j];
      mean /= static_cast<double>(part.size());
      for (std::size_t j = 0; j < part.size(); ++j) found.push_back(weights[j] * (own[j] - mean));
      return;
    }
    for (const double place : part) {
      found.push_back(gradient[found.size()] * slope_at(tuned[i].of.bijection, place));
    }
  });
  return found;
}

void keep_within_bounds(std::span<const TunedHyperparameter> tuned, std::span<double> x) {
  for_each_part(tuned, x, [&](std::size_t i, std::span<double> part) {
    const Hyperparameter& of = tuned[i].of;
    const double low = to_line(of.bijection, of.low);
    const double high = to_line(of.bijection, of.high);
    if (of.bijection == Bijection::simplex) {
      bound_weights(part, of.low, of.high);
      return;
    }
    for (double& place : part) place = std::clamp(place, low, high);
  });
}
}  // namespace inkling
