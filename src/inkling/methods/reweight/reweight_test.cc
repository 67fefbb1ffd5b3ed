#include "inkling/methods/reweight/reweight.h"

#include <gtest/gtest.h>

#include "inkling/methods/test_help.h"
#include "tests/oracle/toy_problems.h"

namespace inkling::reweight {
namespace {

using testing_help::distance;
using testing_help::MethodProblem;

/// The weights by their definition: a virtual step along each example's gradient alone.
Tensor weights_by_steps(const MethodProblem& problem) {
  const Network& model = problem.model();
  const auto loss = [&](const Params& params, const Batch& batch, const Targets& targets) {
    return model.loss(model.score(params, model.encode(params, batch, {}), {}), targets, {});
  };
  constexpr double kStep = 1e-4;
  const std::int64_t units = problem.record.query.units;
  std::vector<double> helps;
  for (std::int64_t i = 0; i < units; ++i) {
    const Params at = leaves(problem.meta);
    const Tensor scores = model.score(at, model.encode(at, problem.record.query, {}), {});
    const Tensor own =
        model.loss(scores.narrow(1, i, 1),
                   {problem.record.query_targets.classes.narrow(1, i, 1), Tensor()}, {});
    const auto gradient = gradients(own.sum(), at.tensors(), false);
    const auto moved = [&](double by) {
      std::size_t j = 0;
      const Params params = at.map([&](const std::string&, const Tensor& value) {
        return value.detach() - by * gradient[j++];
      });
      return loss(params, problem.record.support, problem.record.support_targets).item<double>();
    };
    helps.push_back(std::max(0., -(moved(kStep) - moved(-kStep)) / (2 * kStep)));
  }
  const Tensor all = tensor_of(helps);
  return (all / all.sum()).unsqueeze(0);
}

TEST(Reweight, WeightsAreWhatAVirtualStepGives) {
  for (const char* encoder :
       {"average dimensions=4 scale=0.5", "cnn dimensions=4 filters=5 widths=2,3 scale=0.5"}) {
    MethodProblem problem("reweight", {2, 3, 8}, encoder);
    Tensor& classes = problem.record.query_targets.classes;
    classes = at::where(at::arange(16) % 4 == 0, 1 - classes, classes);
    const Tensor weights =
        example_weights(problem.model(), problem.meta, problem.record, problem.world.context());
    EXPECT_LT(distance(weights, weights_by_steps(problem)), 1e-6) << encoder;
    EXPECT_NEAR(weights.sum().item<double>(), 1, 1e-12);
    EXPECT_GT((weights == 0).sum().item<std::int64_t>(), 0) << "all of them help";
    EXPECT_GT((weights > 0).sum().item<std::int64_t>(), 1);
  }
}

TEST(Reweight, TheGradientIsThatOfTheWeighedLossesWithTheWeightsHeld) {
  const MethodProblem problem("reweight", {2, 3, 8});
  const Tensor weights =
      example_weights(problem.model(), problem.meta, problem.record, problem.world.context());
  const Params at = leaves(problem.meta);
  const Tensor scores =
      problem.model().score(at, problem.model().encode(at, problem.record.query, {}), {});
  const Tensor each = at::log_softmax(scores, -1)
                          .gather(-1, problem.record.query_targets.classes.unsqueeze(-1))
                          .squeeze(-1)
                          .neg();
  const auto expected = gradients((weights * each).sum(), at.tensors(), false);
  const auto found = problem.meta_gradient();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_LT(distance(found.gradients[i], expected[i]), 1e-14) << i;
  }
  EXPECT_NEAR(found.losses.item<double>(), (weights * each).sum().item<double>(), 1e-14);
}

/// Points (x, y) for theta x at theta = 0, and one that is known to be right.
Record line_of(const std::vector<double>& x, const std::vector<double>& y, double clean_x,
               double clean_y) {
  const auto count = static_cast<std::int64_t>(x.size());
  Record record;
  record.query = {1, count, {}, toy::numbers(x, {1, count, 1})};
  record.query_targets.values = toy::numbers(y, {1, count, 1});
  record.support = {1, 1, {}, toy::numbers({clean_x}, {1, 1, 1})};
  record.support_targets.values = toy::numbers({clean_y}, {1, 1, 1});
  return record;
}

TEST(Reweight, WhereNoExampleHelpsNothingMoves) {
  const Record record = line_of({1, 2}, {-1, -1}, 1, 1);
  const toy::Line model;
  const auto found = make({})->meta_gradient(model, leaves(model.init(Key{})), record, {});
  EXPECT_EQ(found.losses.item<double>(), 0);
  EXPECT_EQ(found.gradients.at(0).item<double>(), 0);
}

TEST(Reweight, WithoutCleanExamplesIsSupervised) {
  const MethodProblem problem("reweight", {2, 0, 8});
  const MethodProblem plain("supervised", {2, 0, 8});
  EXPECT_LT(distance(problem.meta_loss(), plain.meta_loss()), 1e-14);
}

TEST(Reweight, AdaptsAsSupervisedDoes) {
  const MethodProblem problem("reweight tune-steps=3");
  const MethodProblem plain("supervised tune-steps=3");
  EXPECT_LT(distance(problem.curve().back(), plain.curve().back()), 1e-14);
}

TEST(Oracle, LearningToReweight) {
  // theta x at theta = 0; training points (1, 1), (1, -1), (2, 1), a clean one (1, 1).
  const Record record = line_of({1, 1, 2}, {1, -1, 1}, 1, 1);
  const toy::Line model;
  const Params meta = leaves(model.init(Key{}));
  const Tensor weights = example_weights(model, meta, record, {});
  EXPECT_LT(distance(weights, toy::numbers({1. / 3, 0, 2. / 3}, {1, 3})), 1e-15);
  // Gradients of the three: -1, 1, -2.
  const auto found = make({})->meta_gradient(model, meta, record, {});
  EXPECT_NEAR(found.gradients.at(0).item<double>(), -1. / 3 - 4. / 3, 1e-15);
  EXPECT_NEAR(found.losses.item<double>(), .5, 1e-15);
}

}  // namespace
}  // namespace inkling::reweight
