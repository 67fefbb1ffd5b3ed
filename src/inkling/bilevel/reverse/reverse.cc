#include "inkling/bilevel/reverse/reverse.h"

#include <algorithm>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/bilevel/checkpointed.h"
#include "inkling/bilevel/row_unroll.h"

namespace inkling {
namespace {

using Tensors = std::vector<Tensor>;

class Reverse : public Estimator {
 public:
  explicit Reverse(ReverseOptions options) : options_(options) {
    if (options.window < 0 || options.slots < 0) {
      throw Error(ErrorKind::usage, "a window and slots are at least 1, or 0 for all");
    }
  }

  std::string name() const override {
    if (options_.window > 0)
      return cat("reverse mode through the last ", options_.window, " steps");
    return options_.slots > 0 ? cat("reverse mode with ", options_.slots, " kept states")
                              : "reverse mode";
  }

  Hypergradient estimate(const InnerProblem& problem, const Objective& objective,
                         const Hyper& hyper) const override {
    Hypergradient found;
    const Hyper of = leaves(hyper);
    const auto [state, start] = start_of(problem, of);
    const std::int64_t window =
        options_.window > 0 ? std::min(options_.window, problem.steps) : problem.steps;
    const std::int64_t back = options_.measure_bias ? std::min(2 * window, problem.steps) : window;
    const std::int64_t before = problem.steps - back;
    Ends ends;
    if (goes_by_rows(problem, hyper)) {
      RowUnroll unroll(problem, hyper,
                       {.from = before, .slots = options_.slots, .border = problem.steps - window});
      found.losses = unroll.losses();
      found.last = unroll.last();
      ends.last = last_value(problem, objective, found.last.params, hyper);
      RowUnroll::Back taken = unroll.back(ends.last.of_params, objective.history);
      ends.of_window = std::move(taken.of_border);
      ends.of_first = taken.of_params.tensors();
      ends.of_steps = std::move(taken.of_hyper);
      found.cost.recomputed = unroll.recomputed();
    } else {
      step_by_step(problem, objective, hyper, {of, state, before, window}, found, ends);
    }
    if (back == 0) ends.of_window.resize(hyper.size());
    found.objective = ends.last.value + history_value(objective, found.losses);
    found.gradient = added(ends.last.of_hyper, ends.of_window);
    if (options_.measure_bias) {
      Params better = added(ends.last.of_hyper, ends.of_steps);
      if (before == 0) add_start(better, start, of, ends.of_first);
      measure_bias(found.trust, window, back, relative_distance(found.gradient, better));
    }
    if (window == problem.steps) add_start(found.gradient, start, of, ends.of_first);
    found.cost.steps = problem.steps;
    found.cost.products = back;
    conclude(found, name());
    return found;
  }

 private:
  /// What the two ends of the steps, and the steps, give to the gradient.
  struct Ends {
    LastValue last;
    Tensors of_window;  ///< of the hyperparameters, by the window's steps
    Tensors of_steps;   ///< by all that were taken back
    Tensors of_first;   ///< of the parameters before these
  };

  /// What steps begin with.
  struct Beginning {
    const Hyper& of;  ///< leaves
    InnerState at;
    std::int64_t before;  ///< steps that are not taken back
    std::int64_t window;
  };

  /// Steps one after the other, each a graph of all parameters.
  void step_by_step(const InnerProblem& problem, const Objective& objective, const Hyper& hyper,
                    Beginning beginning, Hypergradient& found, Ends& ends) const {
    auto& [of, at, before, window] = beginning;
    found.losses.resize(static_cast<std::size_t>(problem.steps));
    for (std::int64_t t = 0; t < before; ++t) {
      InnerStep step = inner_step(problem, at, detached(hyper), false);
      found.losses[static_cast<std::size_t>(t)] = step.loss.item<double>();
      at = std::move(step.state);
    }

    // A state is the parameters, the transform's slots, and where the history counts the sum of it.
    RepeatedStep repeated;
    repeated.steps = problem.steps - before;
    repeated.slots = options_.slots;
    repeated.graphs = options_.slots == 0;
    repeated.step = [&, begin = at](const Tensors& values, const Tensors& constants,
                                    std::int64_t t) {
      const bool tracked = c10::GradMode::is_enabled();
      InnerState now = begin;
      auto from = values.begin();
      now.set_tensors(from);
      now.transform.step += t;
      const InnerStep step = inner_step(problem, now, hyper.with(constants), tracked);
      found.losses[static_cast<std::size_t>(before + t)] = step.loss.item<double>();
      Tensors after = step.state.tensors();
      if (objective.history) {
        const double weight = objective.history(before + t);
        after.push_back(weight == 0 ? *from : *from + weight * step.loss);
      }
      return after;
    };
    Tensors first = at.tensors();
    if (objective.history) first.push_back(at::zeros({}, first.front().options()));
    Unroll unroll(repeated, first, of.tensors());

    found.last = at;
    auto from = unroll.last().begin();
    found.last.set_tensors(from);
    found.last.transform.step = problem.steps;
    ends.last = last_value(problem, objective, found.last.params, hyper);

    Tensors of_last = objective.loss ? ends.last.of_params.tensors() : Tensors();
    of_last.resize(first.size());
    if (objective.history) of_last.back() = at::ones_like(first.back());
    Unroll::Back taken = unroll.back(of_last, [&](std::int64_t t, const Tensors& so_far) {
      if (before + t == problem.steps - window) ends.of_window = so_far;
    });
    ends.of_first = std::move(taken.of_first);
    ends.of_steps = std::move(taken.of_constants);
    found.cost.recomputed = *repeated.recomputed;
  }

  struct Start {
    InnerState state;
    Params params;  ///< with the graph to the hyperparameters, if there is one
  };

  static Start start_of(const InnerProblem& problem, const Hyper& of) {
    const torch::autograd::AutoGradMode on(true);
    const Params params = problem.start(problem.fixed.merged(of));
    return {{detached(params), problem.transform->init(params)}, params};
  }

  static void add_start(Params& gradient, const Params& start, const Hyper& of,
                        const Tensors& of_first) {
    Tensors outputs;
    Tensors towards;
    for (const auto& [name, value] : start) {
      const Tensor& part = of_first[outputs.size()];
      outputs.push_back(value);
      towards.push_back(part);
    }
    for (std::size_t i = outputs.size(); i-- > 0;) {
      if (outputs[i].requires_grad() && towards[i].defined()) continue;
      outputs.erase(outputs.begin() + static_cast<std::ptrdiff_t>(i));
      towards.erase(towards.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (outputs.empty()) return;
    gradient = added(gradient, torch::autograd::grad(outputs, of.tensors(), towards, false, false,
                                                     /*allow_unused=*/true));
  }

  /// sum + parts, which are undefined where they are zero.
  static Params added(const Params& sum, const Tensors& parts) {
    Tensors all = sum.tensors();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (parts[i].defined()) all[i] = all[i] + parts[i].detach();
    }
    return sum.with(all);
  }

  static void measure_bias(Trust& trust, std::int64_t window, std::int64_t back, double distance) {
    trust.truncation_bias = distance;
    trust.remarks.push_back(cat("the gradient through ", window, " steps is ",
                                static_cast<int>(100 * distance + .5), "% off that through ",
                                back));
  }

  ReverseOptions options_;
};

}  // namespace

EstimatorPtr reverse(ReverseOptions options) {
  return std::make_shared<Reverse>(options);
}

EstimatorPtr truncated(std::int64_t window, bool measure_bias) {
  if (window < 1) throw Error(ErrorKind::usage, "a truncated gradient needs a step at least");
  return reverse({.window = window, .measure_bias = measure_bias});
}

std::int64_t slots_for(const InnerProblem& problem, const Hyper& hyper, std::int64_t bytes) {
  std::int64_t state = 0;
  for (const Tensor& tensor : first_state(problem, hyper).tensors()) {
    state += static_cast<std::int64_t>(tensor.nbytes());
  }
  return std::clamp<std::int64_t>(bytes / std::max<std::int64_t>(state, 1), 1,
                                  std::max<std::int64_t>(problem.steps - 1, 1));
}

}  // namespace inkling
