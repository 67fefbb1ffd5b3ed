#include "inkling/train/tuning.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <string>

#include "inkling/api/tune_rules.h"
#include "inkling/base/error.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"
#include "inkling/train/tuning_moves.h"
#include "inkling/train/tuning_search.h"

namespace inkling {
namespace {

/// Back from a learning rate that goes off at the start.
constexpr double kBack = 0.1;
/// A gradient on a line beyond so many objectives is of a training that is chaotic: a percent of
/// change would not be a tenth of the objective, but ten times it.
constexpr double kBlownUp = 1e3;
/// Steps that the check may go without a better one.
constexpr std::ptrdiff_t kPatience = 5;
/// Rprop's steps, as shares of the first one, that are small enough to end, and so short that
/// longer trainings tell more than shorter steps.
constexpr double kSmall = 0.02;
constexpr double kShort = 0.6;
constexpr std::int64_t kLonger = 4;
/// Standard errors that a mean gradient must stand from zero.
constexpr double kTold = 2;

class Tuning {
 public:
  Tuning(const TuningProblem& problem, const Estimator& estimator, const TuneOptions& options,
         TuningState& state, TuningRecord& record)
      : problem_(problem),
        estimator_(estimator),
        options_(with_optimiser(options, problem.tuned())),
        state_(state),
        record_(record) {}

  void run() {
    while (state_.stopped.empty()) {
      check_interrupt();
      const bool short_ones = state_.inner_steps < problem_.inner().steps;
      const bool last = state_.moves >= options_.outer_steps ||
                        spent(state_.dearest + (short_ones ? steps_of_training() : 0));
      if (last && spent(steps_of_training())) {
        state_.stopped = "budget";
        record_.save(state_);
        return;
      }
      try {
        evaluate(last);
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::numeric) throw;
        step_back(error);
        record_.save(state_);
        continue;
      }
      if (last) {
        state_.stopped = state_.moves < options_.outer_steps ? "budget" : "steps";
      } else {
        if (no_influence()) {
          state_.stopped = "no influence";
        } else if (options_.outer_optimiser == "adam" && settled()) {
          state_.stopped = "settled";
        } else if (past_best()) {
          state_.stopped = "check";
        } else if (short_ones && steps_are_below(kShort, options_, tuned(), gradient_, state_)) {
          lengthen();
        } else if (!short_ones && steps_are_below(kSmall, options_, tuned(), gradient_, state_)) {
          state_.stopped = "small steps";
        } else if (worse_) {
          // Whatever the sign is there: at large rates a gradient tells of its neighbourhood alone.
          ++state_.moves;
          go_half_back();
        } else {
          move_along(options_, tuned(), gradient_, state_);
          keep_within_bounds(tuned(), state_.x);
        }
      }
      record_.save(state_);
    }
  }

 private:
  std::span<const TunedHyperparameter> tuned() const { return problem_.tuned(); }

  double steps_of_training() const { return static_cast<double>(problem_.inner().steps); }

  /// Whether `more` inner steps, after the first point, are more than the budget has.
  bool spent(double more) const {
    if (state_.path.empty() || options_.budget == 0) return false;
    return state_.steps + more > static_cast<double>(options_.budget);
  }

  /// The best point so far is evaluated once more, by a longer training.
  void lengthen() {
    ++state_.moves;
    state_.x = state_.good;
    const std::int64_t before = state_.inner_steps;
    state_.inner_steps = std::min(problem_.inner().steps, kLonger * before);
    state_.dearest *= static_cast<double>(state_.inner_steps) / static_cast<double>(before);
    forget_signs(options_, state_);
  }

  void evaluate(bool last) {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<double> values = values_at(tuned(), state_.x);
    const Hyper hyper = problem_.hyper(values);
    InnerProblem inner = problem_.inner();
    inner.warm = state_.solution;
    if (!last) inner.steps = state_.inner_steps;
    const Objective objective = problem_.objective_of(options_.objective, inner.steps);
    const Hypergradient found = last && !solves(options_)
                                    ? trained(inner, objective, hyper)
                                    : estimator_.estimate(inner, objective, hyper);
    TuningPoint point = spread_of(tuned(), values);
    point.objective = found.objective;
    point.inner_steps = inner.steps;
    const Cost& cost = found.cost;
    point.cost = static_cast<double>(cost.steps + cost.recomputed + cost.products);
    point.solved = found.trust.converged.value_or(true);
    point.inner_gradient = found.trust.inner_gradient_share.value_or(0);
    point.residual = found.trust.residual.value_or(0);
    if (options_.check > 0) point.check = problem_.check_loss(found.last.params);
    if (!last) {
      gradient_ = gradient_on_lines(tuned(), state_.x, problem_.numbers(found.gradient));
      const double largest = std::abs(
          *std::ranges::max_element(gradient_, {}, [](double slope) { return std::abs(slope); }));
      if (largest > kBlownUp * std::max(std::abs(found.objective), 1.)) {
        throw Error(ErrorKind::numeric, cat("the gradient blows up to ", shortest(largest)));
      }
      point.gradient = along_course();
      state_.without_influence.clear();
      for_each_part(tuned(), std::span(gradient_), [&](std::size_t, std::span<double> part) {
        state_.without_influence.push_back(std::ranges::count(part, 0.));
      });
      worse_ = options_.outer_optimiser == "rprop" && !state_.good.empty() &&
               state_.good_steps == inner.steps && found.objective > state_.good_objective;
      if (!worse_) {
        state_.good = state_.x;
        state_.good_objective = found.objective;
        state_.good_steps = inner.steps;
      }
    }
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    state_.seconds += spent.count();
    if (last) state_.plain_seconds = spent.count();
    state_.steps += point.cost;
    if (!last) state_.dearest = std::max(state_.dearest, point.cost);
    // The last point is evaluated again where a tuning goes on: from where it was before.
    if (solves(options_) && !last) state_.solution = found.last.params;
    state_.add(std::move(point), std::move(values));
    record_.evaluated(state_, found);
  }

  /// A number's gradient; of a vector, that along Adam's first moment. At the first step this is
  /// zero, and the course is down the gradient itself.
  std::vector<double> along_course() const {
    std::vector<double> found;
    const std::span<const double> moments = state_.first;
    std::size_t at = 0;
    for (const TunedHyperparameter& one : tuned()) {
      double product = 0;
      double square = 0;
      double own = 0;
      for (std::size_t i = at; i < at + one.numbers; ++i) {
        product += moments[i] * gradient_[i];
        square += moments[i] * moments[i];
        own += gradient_[i] * gradient_[i];
      }
      if (one.numbers == 1) {
        found.push_back(gradient_[at]);
      } else {
        found.push_back(square > 0 ? product / std::sqrt(square) : std::sqrt(own));
      }
      at += one.numbers;
    }
    return found;
  }

  bool no_influence() const {
    const auto idle = state_.without_influence;
    return std::accumulate(idle.begin(), idle.end(), std::int64_t{0}) == std::ssize(state_.x);
  }

  /// Whether what is held out of the gradient has not become better for so long.
  bool past_best() const {
    if (options_.check <= 0) return false;
    return &state_.path.back() - state_.best() >= kPatience;
  }

  /// Whether over the last steps every gradient's mean is within noise of zero.
  bool settled() const {
    const auto window = static_cast<std::size_t>(options_.settle);
    if (window < 2 || state_.path.size() < window) return false;
    const std::size_t begin = state_.path.size() - window;
    for (std::size_t i = 0; i < tuned().size(); ++i) {
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

  void go_half_back() {
    for (std::size_t i = 0; i < state_.x.size(); ++i) {
      state_.x[i] = (state_.x[i] + state_.good[i]) / 2;
    }
    shorten_moves(options_, state_);
  }

  void step_back(const Error& error) {
    state_.divergences.push_back(state_.path.size());
    const auto times = std::ssize(state_.divergences);
    if (times > options_.divergences) {
      throw Error(ErrorKind::numeric,
                  cat("an inner training went off for the ", times, ". time: ", error.message()),
                  {"", 0, "hyper"},
                  state_.path.empty() ? "start with a smaller learning rate"
                                      : "the best so far is kept; a smaller --outer-rate or fewer "
                                        "--inner-steps keep it stable");
    }
    std::string done;
    if (!state_.good.empty()) {
      go_half_back();
      done = "goes half the way back, and halves its moves";
    } else {
      double rate = 0;
      for_each_part(tuned(), std::span(state_.x), [&](std::size_t i, std::span<double> part) {
        if (tuned()[i].of.name != "learning_rate") return;
        for (double& place : part) place += std::log(kBack);
        keep_within_bounds(tuned().subspan(i, 1), part);
        rate = from_line(tuned()[i].of.bijection, part.front());
      });
      if (rate == 0) {
        throw Error(error.kind(), error.message(), {"", 0, "hyper"},
                    "the start itself goes off: give a smaller --learning-rate, or tune it too");
      }
      done = cat("starts again from learning_rate = ", shortest(rate));
    }
    record_.diverged(state_, cat(error.message(), ": ", done));
  }

  const TuningProblem& problem_;
  const Estimator& estimator_;
  TuneOptions options_;
  TuningState& state_;
  TuningRecord& record_;
  bool worse_ = false;            ///< the last point of the path than the one to go back to
  std::vector<double> gradient_;  ///< of all numbers on their lines, at the last point of the path
};

}  // namespace

TuningState tuning_start(const TuningProblem& problem, const TuneOptions& options, Key key) {
  TuningState state;
  state.x = options.start == "drawn" ? drawn_point(problem, options, key, 0)
                                     : start_on_lines(problem.tuned());
  state.first.assign(state.x.size(), 0);
  state.second.assign(state.x.size(), 0);
  const std::int64_t all = problem.inner().steps;
  state.inner_steps =
      options.first_inner_steps > 0 ? std::min(options.first_inner_steps, all) : all;
  state.rate = outer_rate(with_optimiser(options, problem.tuned()));
  return state;
}

void tune(const TuningProblem& problem, const Estimator& estimator, const TuneOptions& options,
          TuningState& state, TuningRecord& record) {
  Tuning(problem, estimator, options, state, record).run();
}

}  // namespace inkling
