#include "inkling/methods/induction/induction.h"

#include <gtest/gtest.h>

#include "inkling/methods/induction/head.h"
#include "inkling/methods/induction/routing.h"
#include "inkling/tensor/test_help.h"
#include "tests/oracle/toy_problems.h"

namespace inkling::induction {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::number;
using testing_help::numbers;

TEST(Induction, SquashKeepsTheDirectionAndBoundsTheLength) {
  EXPECT_LT(distance(squash(numbers({3, 4}, {1, 2})), numbers({15. / 26, 20. / 26}, {1, 2})),
            1e-15);
  const Tensor zero = leaf(at::zeros({1, 2}, at::kDouble));
  const Tensor out = squash(zero).sum();
  EXPECT_EQ(out.item<double>(), 0);
  EXPECT_TRUE(gradients(out, {zero}, false)[0].isfinite().all().item<bool>());
}

TEST(Induction, RoutingByHand) {
  // Numbers 1 and 3 of one class: b = 0 gives d = (1/2, 1/2), c = squash(2) = 4/5, b = (4/5, 12/5).
  const Tensor examples = numbers({1, 3}, {1, 2, 1});
  const Tensor member = at::ones({1, 2, 1}, at::kDouble);
  EXPECT_LT(distance(route(examples, member, 1).classes, numbers({.8}, {1, 1, 1})), 1e-15);
  const double second = 1 / (1 + std::exp(-1.6));
  const Routed twice = route(examples, member, 2);
  EXPECT_NEAR(twice.coefficients[0][1][0].item<double>(), second, 1e-15);
  const double mean = 1 + 2 * second;
  EXPECT_NEAR(twice.classes.item<double>(), mean * mean / (1 + mean * mean), 1e-15);
}

TEST(Induction, RoutingGivesLessWeightToAnExampleUnlikeItsClass) {
  const Tensor examples = numbers({1, 0, 1, .1, -1, .2}, {1, 3, 2});
  const Tensor weights = route(examples, at::ones({1, 3, 1}, at::kDouble), 3).coefficients[0];
  EXPECT_LT(weights[2].item<double>(), .7 * weights[0].item<double>());
}

TEST(Induction, RoutingOfClassesTogetherIsThatOfEachAlone) {
  const Tensor examples = normal(Key{1}, {1, 5, 3}, at::kDouble);
  const Tensor member =
      at::one_hot(tensor_of(std::vector<std::int64_t>{0, 1, 1, 0, 1}), 2).to(at::kDouble);
  const Tensor together = route(examples, member.unsqueeze(0), 3).classes;
  for (std::int64_t c = 0; c < 2; ++c) {
    const Tensor own = examples.index_select(1, member.select(1, c).nonzero().squeeze(1));
    const Tensor alone = route(own, at::ones({1, own.size(1), 1}, at::kDouble), 3).classes;
    EXPECT_LT(distance(together.select(1, c), alone.select(1, 0)), 1e-14);
  }
}

TEST(Induction, RelationsAreOfATensorLayer) {
  // M of two slices on two numbers: c M x = 1*3 + 2*4 = 11 and -(1*4) < 0.
  const Params module = {{"head.tensor", numbers({1, 0, 0, 1, 0, -1, 0, 0}, {2, 2, 2})},
                         {"head.output_weight", numbers({.1, 7}, {2, 1})},
                         {"head.output_bias", numbers({-1}, {1})}};
  const Tensor scores =
      log_relations_of(module, numbers({1, 2}, {1, 1, 2}), numbers({3, 4}, {1, 1, 2}));
  EXPECT_LT(distance(scores[0][0][0], at::log_sigmoid(number(.1))), 1e-14);
}

struct Made {
  std::unique_ptr<Method> method;
  Params meta;
  Record record;
};

Made made(const Options& options) {
  Made all{make(options), {}, {}};
  all.meta = all.method->init(toy::Identity(3), Key{5});
  all.record.classes = 2;
  all.record.support = {1, 5, {}, normal(Key{1}, {1, 5, 3}, at::kDouble)};
  all.record.support_targets.classes =
      tensor_of(std::vector<std::int64_t>{0, 1, 1, 0, 1}).reshape({1, 5});
  all.record.query = {1, 4, {}, normal(Key{2}, {1, 4, 3}, at::kDouble)};
  all.record.query_targets.classes =
      tensor_of(std::vector<std::int64_t>{0, 1, 0, 1}).reshape({1, 4});
  return all;
}

TEST(Induction, ThePredictorHoldsClassVectorsAndNotWhatMadeThem) {
  const Made with = made({.slices = 6});
  const Adapted adapted = with.method->adapt(toy::Identity(3), with.meta, with.record, {});
  EXPECT_EQ(adapted.head, "induction");
  EXPECT_FALSE(adapted.params.contains("head.weight"));
  EXPECT_LT(distance(adapted_scores(toy::Identity(3), adapted, with.record.query),
                     with.method->curve(toy::Identity(3), with.meta, with.record, {}).back()),
            1e-14);
}

TEST(Induction, TheNumberOfIterationsAndTheLossAreTheOptions) {
  const auto answer = [](const Options& options) {
    const Made with = made(options);
    return with.method->curve(toy::Identity(3), with.meta, with.record, {}).back();
  };
  EXPECT_GT(
      distance(answer({.iterations = 1, .slices = 6}), answer({.iterations = 3, .slices = 6})),
      1e-6);
  const auto loss = [](const Options& options) {
    const Made with = made(options);
    return with.method->meta_loss(toy::Identity(3), with.meta, with.record, {})[0].item<double>();
  };
  const Tensor scores = answer({});
  const Made with = made({});
  const Tensor own = at::one_hot(with.record.query_targets.classes, 2);
  EXPECT_NEAR(loss({}), (scores.exp() - own).square().mean().item<double>(), 1e-14);
  EXPECT_NEAR(loss({.loss = "cross-entropy"}),
              toy::Identity().loss(scores, with.record.query_targets, {})[0].item<double>(), 1e-14);
}

TEST(Induction, AClassWithoutAnExampleIsRefused) {
  Made with = made({});
  with.record.classes = 3;
  const Error error =
      error_of([&] { with.method->adapt(toy::Identity(3), with.meta, with.record, {}); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_NE(error.message().find("induction"), std::string::npos);
}

}  // namespace
}  // namespace inkling::induction
