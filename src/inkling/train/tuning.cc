#include "inkling/train/tuning.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>

#include "inkling/base/error.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

// Of the outer Adam.
constexpr double kFirst = 0.9;
constexpr double kSecond = 0.999;
constexpr double kEpsilon = 1e-8;
/// Back from a learning rate that goes off at the start.
constexpr double kBack = 0.1;
/// A gradient on a line beyond so many objectives is of a training that is chaotic: a percent of
/// change would not be a tenth of the objective, but ten times it.
constexpr double kBlownUp = 1e3;
/// Standard errors that a mean gradient must stand from zero.
constexpr double kTold = 2;

/// With twelve digits: a start, a whole batch size come back from their line as they were given.
double told(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.12g", value);
  return std::stod(text.data());
}

class Tuning {
 public:
  Tuning(const TuningProblem& problem, const Estimator& estimator, const TuneOptions& options,
         TuningState& state, TuningRecord& record)
      : problem_(problem),
        estimator_(estimator),
        options_(options),
        state_(state),
        record_(record) {}

  void run() {
    while (state_.stopped.empty()) {
      check_interrupt();
      const bool last = state_.moves >= options_.outer_steps;
      try {
        evaluate(last);
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::numeric) throw;
        step_back(error);
        record_.save(state_);
        continue;
      }
      if (last) {
        state_.stopped = "steps";
      } else {
        if (no_influence()) {
          state_.stopped = "no influence";
        } else if (settled()) {
          state_.stopped = "settled";
        } else {
          move();
        }
      }
      record_.save(state_);
    }
  }

 private:
  const Hyperparameter& of(std::size_t i) const { return problem_.tuned()[i].of; }

  std::vector<double> values() const {
    std::vector<double> found;
    for (std::size_t i = 0; i < state_.x.size(); ++i) {
      const double value = told(from_line(of(i).bijection, state_.x[i]));
      found.push_back(std::clamp(value, of(i).low, of(i).high));
    }
    return found;
  }

  void evaluate(bool last) {
    const auto begin = std::chrono::steady_clock::now();
    TuningPoint point;
    point.values = values();
    const Hyper hyper = problem_.hyper(point.values);
    const Hypergradient found =
        last ? trained(problem_.inner(), problem_.objective(), hyper)
             : estimator_.estimate(problem_.inner(), problem_.objective(), hyper);
    point.objective = found.objective;
    if (!last) {
      double largest = 0;
      for (std::size_t i = 0; i < point.values.size(); ++i) {
        const double slope = slope_at(of(i).bijection, state_.x[i]);
        point.gradient.push_back(found.gradient.at(of(i).name).item<double>() * slope);
        largest = std::max(largest, std::abs(point.gradient.back()));
      }
      if (largest > kBlownUp * std::max(std::abs(found.objective), 1.)) {
        throw Error(ErrorKind::numeric, cat("the gradient blows up to ", shortest(largest)));
      }
      state_.good = state_.x;
    }
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    state_.seconds += spent.count();
    if (last) state_.plain_seconds = spent.count();
    const Cost& cost = found.cost;
    state_.steps += static_cast<double>(cost.steps + cost.recomputed + cost.products);
    state_.without_influence = found.trust.without_influence;
    state_.path.push_back(std::move(point));
    record_.evaluated(state_, found);
  }

  bool no_influence() const { return state_.without_influence.size() == state_.x.size(); }

  /// Whether over the last steps every gradient's mean is within noise of zero.
  bool settled() const {
    const auto window = static_cast<std::size_t>(options_.settle);
    if (window < 2 || state_.path.size() < window) return false;
    const std::size_t begin = state_.path.size() - window;
    for (std::size_t i = 0; i < state_.x.size(); ++i) {
      double sum = 0;
      double squares = 0;
      for (std::size_t k = begin; k < state_.path.size(); ++k) {
        const double g = state_.path[k].gradient[i];
        sum += g;
        squares += g * g;
      }
      const auto n = static_cast<double>(window);
      const double mean = sum / n;
      const double variance = std::max(0., squares / n - mean * mean) * n / (n - 1);
      if (std::abs(mean) > kTold * std::sqrt(variance / n)) return false;
    }
    return true;
  }

  void move() {
    ++state_.moves;
    const auto t = static_cast<double>(state_.moves);
    for (std::size_t i = 0; i < state_.x.size(); ++i) {
      const double g = state_.path.back().gradient[i];
      state_.first[i] = kFirst * state_.first[i] + (1 - kFirst) * g;
      state_.second[i] = kSecond * state_.second[i] + (1 - kSecond) * g * g;
      const double first = state_.first[i] / (1 - std::pow(kFirst, t));
      const double second = state_.second[i] / (1 - std::pow(kSecond, t));
      state_.x[i] -= state_.rate * first / (std::sqrt(second) + kEpsilon);
      hold(i);
    }
  }

  /// Keeps a point within its bounds.
  void hold(std::size_t i) {
    const double low = to_line(of(i).bijection, of(i).low);
    const double high = to_line(of(i).bijection, of(i).high);
    state_.x[i] = std::clamp(state_.x[i], low, high);
  }

  void step_back(const Error& error) {
    ++state_.divergences;
    if (state_.divergences > options_.divergences) {
      throw Error(ErrorKind::numeric,
                  cat("an inner training went off for the ", state_.divergences,
                      ". time: ", error.message()),
                  {"", 0, "hyper"},
                  state_.path.empty() ? "start with a smaller learning rate"
                                      : "the best so far is kept; a smaller --outer-rate or fewer "
                                        "--inner-steps keep it stable");
    }
    std::string done;
    if (!state_.good.empty()) {
      for (std::size_t i = 0; i < state_.x.size(); ++i) {
        state_.x[i] = (state_.x[i] + state_.good[i]) / 2;
      }
      state_.rate /= 2;
      done = "goes half the way back, and halves its moves";
    } else {
      std::size_t i = 0;
      while (i < state_.x.size() && of(i).name != "learning_rate") ++i;
      if (i == state_.x.size()) {
        throw Error(error.kind(), error.message(), {"", 0, "hyper"},
                    "the start itself goes off: give a smaller --learning-rate, or tune it too");
      }
      state_.x[i] += std::log(kBack);
      hold(i);
      done = cat("starts again from learning_rate = ",
                 shortest(from_line(Bijection::log, state_.x[i])));
    }
    record_.diverged(state_, cat(error.message(), ": ", done));
  }

  const TuningProblem& problem_;
  const Estimator& estimator_;
  const TuneOptions& options_;
  TuningState& state_;
  TuningRecord& record_;
};

}  // namespace

TuningState tuning_start(const TuningProblem& problem, const TuneOptions& options) {
  TuningState state;
  for (const TunedHyperparameter& one : problem.tuned()) {
    state.x.push_back(to_line(one.of.bijection, one.start));
  }
  state.first.assign(state.x.size(), 0);
  state.second.assign(state.x.size(), 0);
  state.rate = options.outer_rate;
  return state;
}

void tune(const TuningProblem& problem, const Estimator& estimator, const TuneOptions& options,
          TuningState& state, TuningRecord& record) {
  Tuning(problem, estimator, options, state, record).run();
}

}  // namespace inkling
