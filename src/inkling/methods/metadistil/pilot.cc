#include "inkling/methods/metadistil/pilot.h"

#include "inkling/bilevel/reverse/reverse.h"

namespace inkling::metadistil {

PilotFeedback pilot_feedback(const Lesson& lesson, const Quiz& quiz, const Params& student,
                             const Params& teacher, double rate) {
  InnerProblem problem;
  problem.loss = [&](const Params& params, const Hyper& hyper, std::int64_t) {
    return lesson(params, hyper);
  };
  problem.transform = sgd();
  problem.steps = 1;
  problem.start = starting_at(student);
  problem.fixed = {
      {"learning_rate",
       at::scalar_tensor(rate, student.begin()->second.options().requires_grad(false))}};
  const Objective objective = {[&](const Params& params, const Hyper&) { return quiz(params); }};
  const Hypergradient found = reverse()->estimate(problem, objective, teacher);
  return {found.objective, found.gradient};
}

double pilot_rise(const std::function<Tensor(const Params& student)>& lesson, const Quiz& quiz,
                  const Params& student, double rate) {
  const torch::autograd::AutoGradMode on(true);
  const Params tracked = leaves(student);
  const std::vector<Tensor> slope = gradients(lesson(tracked), tracked.tensors(), false);
  const torch::autograd::AutoGradMode off(false);
  std::size_t at = 0;
  const Params moved = student.map(
      [&](const std::string&, const Tensor& value) { return value.detach() - rate * slope[at++]; });
  return quiz(moved).item<double>() - quiz(detached(student)).item<double>();
}

}  // namespace inkling::metadistil
