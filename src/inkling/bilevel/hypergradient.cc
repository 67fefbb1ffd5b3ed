#include "inkling/bilevel/hypergradient.h"

#include <cmath>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/bilevel/row_unroll.h"

namespace inkling {

std::int64_t numbers_in(const Params& params) {
  std::int64_t count = 0;
  for (const auto& [name, value] : params) count += value.numel();
  return count;
}

double norm_of(const Params& params) {
  double square = 0;
  for (const auto& [name, value] : params) {
    square += value.detach().to(at::kDouble).square().sum().item<double>();
  }
  return std::sqrt(square);
}

double relative_distance(const Params& a, const Params& b) {
  const double size = norm_of(b);
  const double apart = norm_of(a + -1. * b);
  return apart == 0 ? 0 : apart / size;
}

LastValue last_value(const InnerProblem& problem, const Objective& objective, const Params& params,
                     const Hyper& hyper) {
  const auto zeros = [](const std::string&, const Tensor& t) { return at::zeros_like(t.detach()); };
  if (!objective.loss) return {0, params.map(zeros), hyper.map(zeros)};
  const torch::autograd::AutoGradMode on(true);
  const Params at_end = leaves(params);
  const Hyper of = leaves(hyper);
  const Tensor value = objective.loss(at_end, problem.fixed.merged(of));
  LastValue found;
  found.value = finite(value, cat("the objective after ", problem.steps, " steps"),
                       "a smaller learning rate keeps the inner training from going off");
  std::vector<Tensor> inputs = at_end.tensors();
  for (const auto& [name, tensor] : of) inputs.push_back(tensor);
  const std::vector<Tensor> all = gradients(value, inputs, false);
  const auto border = all.begin() + static_cast<std::ptrdiff_t>(params.size());
  found.of_params = params.with({all.begin(), border});
  found.of_hyper = hyper.with({border, all.end()});
  return found;
}

double history_value(const Objective& objective, const std::vector<double>& losses) {
  double sum = 0;
  if (!objective.history) return sum;
  for (std::size_t t = 0; t < losses.size(); ++t) {
    const double weight = objective.history(static_cast<std::int64_t>(t));
    if (weight != 0) sum += weight * losses[t];
  }
  return sum;
}

Hypergradient trained(const InnerProblem& problem, const Objective& objective, const Hyper& hyper) {
  Hypergradient found;
  const Hyper plain = detached(hyper);
  if (goes_by_rows(problem, plain)) {
    const RowUnroll steps(problem, plain, {.from = problem.steps});
    found.last = steps.last();
    found.losses = steps.losses();
  } else {
    found.last = first_state(problem, plain);
    for (std::int64_t t = 0; t < problem.steps; ++t) {
      InnerStep step = inner_step(problem, found.last, plain, false);
      found.losses.push_back(step.loss.item<double>());
      found.last = std::move(step.state);
    }
  }
  found.cost.steps = problem.steps;
  found.objective = history_value(objective, found.losses);
  if (objective.loss) {
    const torch::autograd::AutoGradMode off(false);
    found.objective += finite(objective.loss(found.last.params, problem.fixed.merged(plain)),
                              cat("the objective after ", problem.steps, " steps"),
                              "a smaller learning rate keeps the inner training from going off");
  }
  return found;
}

void conclude(Hypergradient& found, const std::string& estimator) {
  for (const auto& [name, value] : found.gradient) {
    if (!value.isfinite().all().item<bool>()) {
      throw Error(ErrorKind::numeric,
                  cat("the gradient of '", name, "' by ", estimator, " through ",
                      found.losses.size(), " steps is not finite"),
                  {"", 0, name},
                  "the inner training is stable in its losses but not in its derivative: fewer "
                  "steps, a truncated gradient or a smaller learning rate");
    }
    if (value.eq(0).all().item<bool>()) found.trust.without_influence.push_back(name);
  }
  if (!found.trust.without_influence.empty()) {
    found.trust.remarks.push_back(cat(join(found.trust.without_influence, ", "),
                                      found.trust.without_influence.size() == 1 ? " has" : " have",
                                      " no influence on the objective"));
  }
}

}  // namespace inkling
