#include "inkling/bilevel/automatic/automatic.h"

#include <algorithm>

#include "inkling/base/memory.h"
#include "inkling/base/strings.h"
#include "inkling/bilevel/checkpoint_schedule.h"
#include "inkling/bilevel/differences/differences.h"
#include "inkling/bilevel/forward/forward.h"
#include "inkling/bilevel/forward/row_tangents.h"
#include "inkling/bilevel/implicit/implicit.h"
#include "inkling/bilevel/reverse/reverse.h"
#include "inkling/bilevel/row_unroll.h"
#include "inkling/bilevel/tensor_bytes.h"

namespace inkling {
namespace {

// In trainings, as measured (hypergradient_bench.cc): a step with its graph and the way back
// through it; a step that carries tangents; a product with the Hessian and the transform's
// derivative.
constexpr double kReverse = 3;
constexpr double kCarrying = 1.2;
constexpr double kTangent = 1.3;
/// As many of these go along with steps by rows in the time of reverse mode.
constexpr std::int64_t kRowNumbers = 2;

std::int64_t bytes_of(const InnerState& state) {
  std::int64_t sum = 0;
  for (const Tensor& tensor : state.tensors()) sum += static_cast<std::int64_t>(tensor.nbytes());
  return sum;
}

/// What a step and its graph hold.
std::int64_t graph_bytes(const InnerProblem& problem, const Hyper& hyper) {
  InnerState state = first_state(problem, hyper);
  const auto bytes = std::make_shared<TensorBytes>();
  const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, bytes);
  state.params = leaves(state.params);
  for (Params& slot : state.transform.slots) slot = leaves(slot);
  const InnerStep step = inner_step(problem, state, leaves(hyper), true);
  return std::max<std::int64_t>(bytes->now(), 1);
}

/// What a step by rows and its graph hold.
std::int64_t row_graph_bytes(const InnerProblem& problem, const Hyper& hyper, std::int64_t state) {
  InnerProblem one = problem;
  one.steps = 1;
  const auto bytes = std::make_shared<TensorBytes>();
  const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, bytes);
  const RowUnroll unroll(one, hyper, {});
  // Beside the step: the table and its moments, the moments before the last rest, the last state.
  return std::max<std::int64_t>(bytes->now() - 8 * state / 3, 1);
}

/// States to keep so that these and the graphs of the steps between two of them fit; -1: none do.
std::int64_t row_slots(std::int64_t steps, std::int64_t graph, std::int64_t state,
                       std::int64_t spare) {
  for (std::int64_t slots = 0; slots < steps; ++slots) {
    const std::int64_t stretch = (steps + slots) / (slots + 1);
    if ((slots + 3) * state + stretch * graph <= spare) return slots;
  }
  return -1;
}

/// Whether the transform takes a hyperparameter from `hyper`.
bool steps_read(const InnerProblem& problem, const Hyper& hyper) {
  const std::vector<std::string> keys = problem.transform->reads();
  return std::ranges::any_of(hyper, [&](const Params::Entry& entry) {
    std::string_view name = entry.first;
    if (name.starts_with("step.")) name.remove_prefix(5);
    return std::ranges::any_of(
        keys, [&](const std::string& key) { return name == key || name.starts_with(key + "."); });
  });
}

/// "1.5 GB", with one digit where that is telling.
std::string amount(std::int64_t bytes) {
  const char* units[] = {"bytes", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1000 && unit < 4; ++unit) value /= 1000;
  return cat(fixed(value, unit == 0 || value >= 10 ? 0 : 1), " ", units[unit]);
}

std::string counted(std::int64_t count, const std::string& what) {
  return cat(count, " ", what, count == 1 ? "" : "s");
}

class Automatic : public Estimator {
 public:
  explicit Automatic(AutomaticOptions options) : options_(options) {}
  std::string name() const override { return "the estimator that fits"; }
  Hypergradient estimate(const InnerProblem& problem, const Objective& objective,
                         const Hyper& hyper) const override {
    const Choice choice = choose(problem, objective, hyper, options_);
    Hypergradient found = choice.estimator->estimate(problem, objective, hyper);
    found.trust.remarks.insert(found.trust.remarks.begin(), choice.reason);
    return found;
  }

 private:
  AutomaticOptions options_;
};

}  // namespace

Choice choose(const InnerProblem& problem, const Objective& objective, const Hyper& hyper,
              AutomaticOptions options) {
  if (problem.followed) {
    return {central_differences(),
            "the steps follow no gradient of their loss, so that trainings with each number a "
            "little larger and smaller are compared"};
  }
  const std::int64_t numbers = numbers_in(hyper);
  const std::int64_t steps = problem.steps;
  const std::string given =
      cat(counted(numbers, "hyperparameter"), " through ", counted(steps, "step"));
  if (problem.optimised && objective.loss && !objective.history && !steps_read(problem, hyper)) {
    return {implicit(),
            cat("implicit gradient: ", given,
                ", none of them of the steps themselves, and a loss that is optimised")};
  }
  const std::int64_t spare = options.bytes > 0 ? options.bytes : available_bytes() / 2;
  const std::int64_t state = std::max<std::int64_t>(bytes_of(first_state(problem, hyper)), 1);
  if (carries_by_rows(problem, hyper) && numbers <= kRowNumbers &&
      2 * (numbers + 1) * state <= spare) {
    return {forward(), cat("forward mode by the rows that a step reads: ", given)};
  }
  if (goes_by_rows(problem, hyper)) {
    const std::int64_t graph = row_graph_bytes(problem, hyper, state);
    const std::int64_t slots = row_slots(steps, graph, state, spare);
    if (slots >= 0) {
      const std::string kept = slots == 0 ? "" : cat(" with ", counted(slots, "kept state"));
      return {reverse({.slots = slots}),
              cat("reverse mode by the rows that a step reads", kept, ": ", given,
                  "; the graphs of all steps take ", amount(steps * graph), " of ", amount(spare))};
    }
  }
  const std::int64_t graph = graph_bytes(problem, hyper);
  const std::int64_t slots = slots_for(problem, hyper, spare - 2 * state - graph);
  const auto n = static_cast<double>(steps);

  const double ahead = kCarrying + kTangent * static_cast<double>(numbers);
  const bool ahead_fits = (numbers + 1) * state + graph <= spare;
  const bool graphs_fit = steps * graph <= spare;
  const double back = graphs_fit
                          ? kReverse
                          : 1 + kReverse + static_cast<double>(recomputed_steps(steps, slots)) / n;
  const bool back_fits = graphs_fit || 3 * state + graph <= spare;
  const std::string cost =
      cat(given, ", about ", fixed(ahead, 1), " trainings ahead and ", fixed(back, 1), " back");
  if (ahead_fits && (!back_fits || ahead <= back)) {
    return {forward(), cat("forward mode: ", cost)};
  }
  if (graphs_fit) {
    return {reverse(), cat("reverse mode: ", cost, "; the graphs of all steps take ",
                           amount(steps * graph), " of ", amount(spare))};
  }
  if (back_fits) {
    return {reverse({.slots = slots}), cat("reverse mode with ", counted(slots, "kept state"), ": ",
                                           cost, "; the graphs of all steps would take ",
                                           amount(steps * graph), " of ", amount(spare))};
  }
  const std::int64_t window = std::clamp<std::int64_t>(spare / graph, 1, steps);
  return {truncated(window), cat("reverse mode through the last ", counted(window, "step"),
                                 " alone, a bias: ", given, "; no more fits into ", amount(spare))};
}

EstimatorPtr automatic(AutomaticOptions options) {
  return std::make_shared<Automatic>(options);
}

}  // namespace inkling
