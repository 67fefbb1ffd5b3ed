#include "inkling/train/tuning_search.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "inkling/api/tune_bounds.h"
#include "inkling/base/error.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"
#include "inkling/train/tuning_moves.h"

namespace inkling {
namespace {

/// A search without bounds looks so far from the start, as a factor on the line's small end.
constexpr double kFar = 1000;
/// Of successive halving: one of so many trains on, on at most so many rungs.
constexpr std::int64_t kThird = 3;
constexpr std::size_t kRungs = 4;

struct Range {
  double low;
  double high;
};

Range range_of(const TunedHyperparameter& one, const TuneOptions& options) {
  const Hyperparameter& of = one.of;
  Range range{to_line(of.bijection, of.low), to_line(of.bijection, of.high)};
  if (has_bounds(options.bounds, one)) return range;
  const double start = to_line(of.bijection, one.start);
  return {std::max(range.low, start - std::log(kFar)),
          std::min(range.high, start + std::log(kFar))};
}

/// A rung of successive halving: so many points, trained for so many steps.
struct Rung {
  std::int64_t points;
  std::int64_t steps;
};

/// From the shortest to the longest, as many points as `budget` pays for.
std::vector<Rung> rungs_of(std::int64_t inner_steps, std::int64_t budget) {
  std::vector<std::int64_t> steps = {inner_steps};
  while (steps.size() < kRungs && steps.back() / kThird > 0) {
    steps.push_back(steps.back() / kThird);
  }
  std::ranges::reverse(steps);
  const auto made = [&](std::int64_t points) {
    std::vector<Rung> rungs;
    for (const std::int64_t length : steps) {
      rungs.push_back({points, length});
      points = std::max<std::int64_t>(1, points / kThird);
    }
    return rungs;
  };
  const auto cost = [&](std::int64_t points) {
    std::int64_t sum = 0;
    std::int64_t before = 0;
    for (const Rung& rung : made(points)) {
      sum += rung.points * (rung.steps - before);
      before = rung.steps;
    }
    return sum;
  };
  std::int64_t low = 0;
  std::int64_t high = budget / steps.front() + 1;
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (cost(middle) <= budget ? low : high) = middle;
  }
  return low == 0 ? std::vector<Rung>() : made(low);
}

/// Point `number` of a grid of `each` a line; a single one is in the middle.
std::vector<double> grid_point(const std::vector<Range>& ranges, std::int64_t each,
                               std::int64_t number) {
  std::vector<double> x;
  for (const Range& range : ranges) {
    const double share =
        each == 1 ? 0.5 : static_cast<double>(number % each) / static_cast<double>(each - 1);
    x.push_back(range.low + share * (range.high - range.low));
    number /= each;
  }
  return x;
}

std::int64_t grid_size(std::int64_t points, std::size_t lines) {
  const auto all = [&](std::int64_t side) {
    return std::pow(static_cast<double>(side), static_cast<double>(lines));
  };
  const double root = std::pow(static_cast<double>(points), 1 / static_cast<double>(lines));
  // A root is off by rounding alone.
  std::int64_t each = std::max<std::int64_t>(1, static_cast<std::int64_t>(root) - 1);
  while (all(each + 1) <= static_cast<double>(points)) ++each;
  return each;
}

/// A place of each hyperparameter as one of all its numbers.
std::vector<double> of_all_numbers(const TuningProblem& problem, const std::vector<double>& x) {
  std::vector<double> all;
  for (std::size_t i = 0; i < x.size(); ++i)
    all.insert(all.end(), problem.tuned()[i].numbers, x[i]);
  return all;
}

/// The point of a rung that comes after those of the path.
std::optional<Candidate> on_the_next_rung(const TuningProblem& problem, const TuneOptions& options,
                                          Key key, const TuningState& state, std::int64_t budget) {
  const std::vector<Rung> rungs = rungs_of(options.inner_steps, budget);
  std::size_t begin = 1;               // of the rung in the path, after the start
  std::int64_t before = 0;             // inner steps of the rung below
  std::vector<std::uint64_t> numbers;  // of the draws on the rung
  for (const Rung& rung : rungs) {
    const auto points = static_cast<std::size_t>(rung.points);
    if (before == 0) {
      numbers.resize(points);
      std::iota(numbers.begin(), numbers.end(), 1);
    } else {
      // The better ones of the rung below, best first.
      const std::size_t below = begin - numbers.size();
      std::vector<std::size_t> order(numbers.size());
      std::iota(order.begin(), order.end(), 0);
      std::ranges::stable_sort(order, {},
                               [&](std::size_t k) { return state.path[below + k].objective; });
      std::vector<std::uint64_t> kept;
      for (std::size_t k = 0; k < points; ++k) kept.push_back(numbers[order[k]]);
      numbers = std::move(kept);
    }
    const std::size_t place = state.path.size() - begin;
    if (place < points) {
      return Candidate{drawn_point(problem, options, key, numbers[place]), rung.steps,
                       rung.steps - before};
    }
    begin += points;
    before = rung.steps;
  }
  return {};
}

}  // namespace

std::int64_t budget_of(const TuneOptions& options, std::size_t hyperparameters) {
  if (options.budget > 0) return options.budget;
  const auto each = static_cast<std::int64_t>(1 + hyperparameters);
  return options.inner_steps * (options.outer_steps * each + 1);
}

std::vector<double> drawn_point(const TuningProblem& problem, const TuneOptions& options, Key key,
                                std::uint64_t number) {
  Rng rng(key.fold(number));
  std::vector<double> x;
  for (const TunedHyperparameter& one : problem.tuned()) {
    const Range range = range_of(one, options);
    x.push_back(rng.uniform(range.low, range.high));
  }
  return of_all_numbers(problem, x);
}

std::int64_t candidates(const TuneOptions& options, std::size_t hyperparameters) {
  const std::int64_t after = budget_of(options, hyperparameters) - options.inner_steps;
  if (after < 0) return 1;
  std::int64_t sum = 1;
  if (options.search == "successive-halving") {
    for (const Rung& rung : rungs_of(options.inner_steps, after)) sum += rung.points;
    return sum;
  }
  const std::int64_t points = after / options.inner_steps;
  if (options.search == "random" || points == 0) return 1 + points;
  const std::int64_t each = grid_size(points, hyperparameters);
  for (std::size_t i = 0; i < hyperparameters; ++i) sum *= each;
  return 1 + sum;
}

std::optional<Candidate> next_candidate(const TuningProblem& problem, const TuneOptions& options,
                                        Key key, const TuningState& state) {
  const std::size_t lines = problem.tuned().size();
  const auto number = std::ssize(state.path);
  if (number >= candidates(options, lines)) return {};
  if (number == 0) return Candidate{state.x, options.inner_steps, options.inner_steps};
  const std::int64_t after = budget_of(options, lines) - options.inner_steps;
  if (options.search == "successive-halving") {
    return on_the_next_rung(problem, options, key, state, after);
  }
  Candidate next{{}, options.inner_steps, options.inner_steps};
  if (options.search == "random") {
    next.x = drawn_point(problem, options, key, static_cast<std::uint64_t>(number));
  } else {
    std::vector<Range> ranges;
    for (const TunedHyperparameter& one : problem.tuned()) ranges.push_back(range_of(one, options));
    next.x = of_all_numbers(
        problem, grid_point(ranges, grid_size(after / options.inner_steps, lines), number - 1));
  }
  return next;
}

void search(const TuningProblem& problem, const TuneOptions& options, Key key, TuningState& state,
            TuningRecord& record) {
  while (state.stopped.empty()) {
    check_interrupt();
    const std::optional<Candidate> next = next_candidate(problem, options, key, state);
    if (!next) {
      state.stopped = "budget";
      record.save(state);
      return;
    }
    const auto begin = std::chrono::steady_clock::now();
    std::vector<double> values = values_at(problem.tuned(), next->x);
    TuningPoint point = spread_of(problem.tuned(), values);
    point.inner_steps = next->inner_steps;
    point.objective = std::numeric_limits<double>::infinity();
    InnerProblem inner = problem.inner();
    inner.steps = next->inner_steps;
    Hypergradient found;
    std::string fault;
    try {
      found = trained(inner, problem.objective_of(options.objective, inner.steps),
                      problem.hyper(values));
      point.objective = found.objective;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::numeric) throw;
      fault = error.message();
    }
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    state.seconds += spent.count();
    if (next->inner_steps == options.inner_steps) state.plain_seconds = spent.count();
    point.cost = static_cast<double>(next->counted);
    state.steps += point.cost;
    if (!fault.empty()) state.divergences.push_back(state.path.size());
    state.add(std::move(point), std::move(values));
    state.moves = std::ssize(state.path) - 1;
    if (!fault.empty()) record.diverged(state, cat(fault, ": another point is tried"));
    record.evaluated(state, found);
    record.save(state);
  }
}

}  // namespace inkling
