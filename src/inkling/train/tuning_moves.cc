#include "inkling/train/tuning_moves.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace inkling {
namespace {

// Of Adam.
constexpr double kFirst = 0.9;
constexpr double kSecond = 0.999;
constexpr double kEpsilon = 1e-8;
// Of rprop.
constexpr double kGrow = 1.5;
constexpr double kShrink = 0.5;
constexpr double kMost = 3;
/// Gradients of one sign after which its change is no longer expected.
constexpr double kSure = 3;
/// The step that longer trainings begin with.
constexpr double kAnew = 0.5;

constexpr double kSignRate = 1;
constexpr double kAdamRate = 0.01;

void move_by_adam(std::span<const TunedHyperparameter> tuned, std::span<const double> gradient,
                  TuningState& state) {
  const auto t = static_cast<double>(state.moves);
  const double of_first = 1 - std::pow(kFirst, t);
  const double of_second = 1 - std::pow(kSecond, t);
  for_each_part(tuned, std::span(state.x), [&](std::size_t k, std::span<double> part) {
    const auto begin = static_cast<std::size_t>(part.data() - state.x.data());
    double squares = 0;
    for (std::size_t i = begin; i < begin + part.size(); ++i) {
      const double g = gradient[i];
      state.first[i] = kFirst * state.first[i] + (1 - kFirst) * g;
      state.second[i] = kSecond * state.second[i] + (1 - kSecond) * g * g;
      squares += state.second[i];
    }
    // Adam moves a number of which little is known, a rare word's, as far as any other. Beside
    // the root mean square of all numbers of a vector its gradient tells how far.
    const double shared =
        tuned[k].per.empty()
            ? kEpsilon
            : std::sqrt(squares / static_cast<double>(part.size()) / of_second) + kEpsilon;
    for (std::size_t i = begin; i < begin + part.size(); ++i) {
      state.x[i] -= state.rate * (state.first[i] / of_first) /
                    (std::sqrt(state.second[i] / of_second) + shared);
    }
  });
}

void move_by_sign(std::span<const double> gradient, TuningState& state) {
  for (std::size_t i = 0; i < state.x.size(); ++i) {
    SignStep step{state.second[i], state.first[i]};
    step.look(gradient[i]);
    state.second[i] = step.length;
    state.first[i] = step.run;
    if (gradient[i] != 0) state.x[i] -= std::copysign(state.rate * step.length, gradient[i]);
  }
}

bool by_sign(const TuneOptions& options) {
  return options.outer_optimiser == "rprop";
}

}  // namespace

TuneOptions with_optimiser(TuneOptions options, std::span<const TunedHyperparameter> tuned) {
  if (options.outer_optimiser == "auto") {
    options.outer_optimiser = numbers_of(tuned) == tuned.size() ? "rprop" : "adam";
  }
  return options;
}

double outer_rate(const TuneOptions& options) {
  if (options.outer_rate > 0) return options.outer_rate;
  return by_sign(options) ? kSignRate : kAdamRate;
}

void SignStep::look(double gradient) {
  if (gradient == 0 || std::isnan(gradient)) return;
  const double sign = gradient > 0 ? 1 : -1;
  if (run == 0) {
    if (length == 0) length = 1;
    run = sign * kSure;
  } else if (run * sign > 0) {
    run += sign;
    length = std::abs(run) > kSure ? std::min(kMost, length * kGrow) : length * kShrink;
  } else {
    run = sign;
    length *= kShrink;
  }
}

void SignStep::forget(double from) {
  length = from;
  run = 0;
}

void SignStep::turn() {
  length *= kShrink;
  if (run != 0) run = run > 0 ? 1 : -1;
}

void move_along(const TuneOptions& options, std::span<const TunedHyperparameter> tuned,
                std::span<const double> gradient, TuningState& state) {
  ++state.moves;
  if (by_sign(options)) {
    move_by_sign(gradient, state);
  } else {
    move_by_adam(tuned, gradient, state);
  }
}

void shorten_moves(const TuneOptions& options, TuningState& state) {
  if (!by_sign(options)) {
    state.rate *= kShrink;
    return;
  }
  for (std::size_t i = 0; i < state.x.size(); ++i) {
    SignStep step{state.second[i], state.first[i]};
    step.turn();
    state.second[i] = step.length;
    state.first[i] = step.run;
  }
}

bool steps_are_below(double length, const TuneOptions& options,
                     std::span<const TunedHyperparameter> tuned, std::span<const double> gradient,
                     const TuningState& state) {
  if (!by_sign(options) || state.moves == 0) return false;
  // Where a move against the gradient ends.
  std::vector<double> moved = state.x;
  for (std::size_t i = 0; i < moved.size(); ++i) {
    if (gradient[i] != 0) moved[i] -= std::copysign(state.rate * length, gradient[i]);
  }
  keep_within_bounds(tuned, moved);
  for (std::size_t i = 0; i < moved.size(); ++i) {
    const bool held = gradient[i] != 0 && moved[i] == state.x[i];
    if (!held && state.second[i] >= length) return false;
  }
  return true;
}

void forget_signs(const TuneOptions& options, TuningState& state) {
  if (!by_sign(options)) return;
  for (std::size_t i = 0; i < state.x.size(); ++i) {
    SignStep step;
    step.forget(kAnew);
    state.second[i] = step.length;
    state.first[i] = step.run;
  }
}

TuningPoint spread_of(std::span<const TunedHyperparameter> tuned, std::vector<double> values) {
  TuningPoint point;
  for_each_part(tuned, std::span(values), [&](std::size_t, std::span<double> part) {
    const auto middle = part.begin() + static_cast<std::ptrdiff_t>(part.size() / 2);
    std::ranges::nth_element(part, middle);
    point.values.push_back(*middle);
    point.low.push_back(*std::ranges::min_element(part));
    point.high.push_back(*std::ranges::max_element(part));
  });
  return point;
}

}  // namespace inkling
