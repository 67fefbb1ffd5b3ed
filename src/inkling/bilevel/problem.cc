#include "inkling/bilevel/problem.h"

#include <cmath>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {

std::function<Params(const Hyper&)> starting_at(Params params) {
  return [params = std::move(params)](const Hyper&) { return params; };
}

Objective mean_train_loss(std::int64_t steps) {
  return {{}, [steps](std::int64_t) { return 1 / static_cast<double>(steps); }};
}

Objective final_train_loss(std::int64_t steps) {
  return {{}, [steps](std::int64_t step) { return step == steps - 1 ? 1. : 0.; }};
}

InnerState first_state(const InnerProblem& problem, const Hyper& hyper) {
  const torch::autograd::AutoGradMode off(false);
  const Params params = detached(problem.start(problem.fixed.merged(hyper)));
  return {params, problem.transform->init(params)};
}

double finite(const Tensor& number, const std::string& what, const std::string& hint) {
  const double value = number.item<double>();
  if (!std::isfinite(value)) {
    throw Error(ErrorKind::numeric, cat(what, " is not finite: ", value), {}, hint);
  }
  return value;
}

double finite_loss(const InnerProblem& problem, const Tensor& loss, std::int64_t step) {
  return finite(loss, cat("the inner loss of step ", step + 1, " of ", problem.steps),
                "a smaller learning rate keeps the inner training from going off");
}

namespace {

void check_follows_gradient(const InnerProblem& problem) {
  if (!problem.followed) return;
  throw Error(ErrorKind::usage, "what the steps follow is not the gradient of their loss",
              {"", 0, "estimator"}, "use --estimator differences, or a --search without gradients");
}

}  // namespace

StepGradients step_gradients(const InnerProblem& problem, const Params& params, const Hyper& hyper,
                             std::int64_t step) {
  check_follows_gradient(problem);
  const torch::autograd::AutoGradMode on(true);
  const Tensor loss = problem.loss(params, problem.fixed.merged(hyper), step);
  StepGradients found{finite_loss(problem, loss, step), {}};
  std::vector<Tensor> inputs = params.tensors();
  for (const auto& [name, value] : hyper) inputs.push_back(value);
  found.gradients = torch::autograd::grad({loss}, inputs, {}, /*retain_graph=*/true,
                                          /*create_graph=*/true, /*allow_unused=*/true);
  return found;
}

InnerStep inner_step(const InnerProblem& problem, const InnerState& state, const Hyper& hyper,
                     bool tracked) {
  const torch::autograd::AutoGradMode on(true);
  const Hyper all = problem.fixed.merged(hyper);
  InnerStep step{state, {}};
  if (!tracked) step.state.params = leaves(state.params);
  const std::int64_t t = state.transform.step;
  if (problem.followed) {
    if (tracked) check_follows_gradient(problem);
    const Followed found = problem.followed(state.params, all, t);
    step.loss = at::scalar_tensor(found.loss, at::kDouble);
    finite_loss(problem, step.loss, t);
    const torch::autograd::AutoGradMode off(false);
    step.state = state;
    step.state.move(*problem.transform, found.gradients, all);
    return step;
  }
  step.loss = problem.loss(step.state.params, all, t);
  finite_loss(problem, step.loss, t);
  const Params found = step.state.params.with(
      gradients(step.loss, step.state.params.tensors(), /*create_graph=*/tracked));
  const torch::autograd::AutoGradMode mode(tracked);
  step.state.move(*problem.transform, found, all);
  if (!tracked) step.loss = step.loss.detach();
  return step;
}

}  // namespace inkling
