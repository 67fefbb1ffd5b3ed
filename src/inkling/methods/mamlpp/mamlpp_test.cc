#include "inkling/methods/mamlpp/mamlpp.h"

#include <gtest/gtest.h>

#include <numeric>

#include "inkling/methods/test_help.h"
#include "tests/oracle/toy_problems.h"

namespace inkling::mamlpp {
namespace {

using testing_help::distance;
using testing_help::MethodProblem;

TEST(MamlPlusPlus, StepWeightsSumToOneAndMoveToTheLast) {
  for (const std::int64_t steps : {1, 2, 5, 50}) {
    double before = 0;
    for (const double annealed : {0., .2, .5, .97, 1.}) {
      const auto weights = step_weights(steps, annealed);
      ASSERT_EQ(weights.size(), static_cast<std::size_t>(steps));
      EXPECT_NEAR(std::accumulate(weights.begin(), weights.end(), 0.), 1, 1e-14);
      EXPECT_GE(weights.back(), before);
      before = weights.back();
    }
  }
}

/// One task, half (theta - 0)^2: its steps multiply theta by 1 - rate.
struct Halving {
  explicit Halving(Options options) : method(make(options)) {
    context.hyper = method->hyper(at::kDouble);
    meta = method->init(model, Key{});
    meta.set("encoder.theta", toy::number(1));
  }
  toy::Quadratic model;
  Record record = toy::quadratic_tasks({{1, 0}});
  std::unique_ptr<Method> method;
  Context context;
  Params meta;
};

Options steps(std::int64_t train, std::int64_t test = -1) {
  Options options;
  options.inner_steps = train;
  options.test_steps = test;
  return options;
}

TEST(MamlPlusPlus, EachStepHasItsRateAndLaterOnesTheLast) {
  Halving task(steps(2, 4));
  task.meta.set("rate.encoder.theta.steps", toy::numbers({.5, .1}, {2}));
  const auto curve = task.method->curve(task.model, task.meta, task.record, task.context);
  ASSERT_EQ(curve.size(), 5);
  const double expected[] = {1, .5, .5 * .9, .5 * .9 * .9, .5 * .9 * .9 * .9};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(curve[i].item<double>(), expected[i], 1e-15);
}

TEST(MamlPlusPlus, AnnealsItsLossWithTheCourseOfTraining) {
  Options options = steps(2);
  options.multi_step_share = .5;
  Halving task(options);
  const double first = .5 * .9 * .9;
  const double second = first * .9 * .9;
  const auto loss = [&](double progress) {
    task.context.progress = progress;
    return task.method->meta_loss(task.model, task.meta, task.record, task.context).item<double>();
  };
  EXPECT_NEAR(loss(0), (first + second) / 2, 1e-15);
  EXPECT_NEAR(loss(.25), .25 * first + .75 * second, 1e-15);
  EXPECT_NEAR(loss(.5), .015 * first + .985 * second, 1e-15);
  EXPECT_NEAR(loss(1), .015 * first + .985 * second, 1e-15);
}

TEST(MamlPlusPlus, WithoutAnnealingAndRatesAsTheyBeginIsMaml) {
  const MethodProblem steady("maml++ multi-step-share=0");
  const MethodProblem maml("maml");
  EXPECT_LT(distance(steady.meta_loss(), maml.meta_loss()), 1e-14);
  EXPECT_LT(distance(steady.curve().back(), maml.curve().back()), 1e-14);
}

TEST(MamlPlusPlus, BeginsInFirstOrder) {
  MethodProblem problem("maml++ multi-step-share=0 first-order-share=0.5");
  const auto gradient = [&](double progress) {
    Context context = problem.world.context();
    context.progress = progress;
    return problem.method()
        .meta_gradient(problem.model(), problem.meta, problem.record, context)
        .gradients.at(0);
  };
  EXPECT_LT(distance(gradient(.49), MethodProblem("fomaml").meta_gradient().gradients.at(0)),
            1e-14);
  EXPECT_LT(distance(gradient(.5), MethodProblem("maml").meta_gradient().gradients.at(0)), 1e-14);
  EXPECT_GT(distance(gradient(.49), gradient(.5)), 1e-5);
}

TEST(MamlPlusPlus, OfFirstOrderAllAlongSaysSo) {
  Options options;
  EXPECT_TRUE(make(options)->traits().second_order);
  options.first_order_share = 1;
  EXPECT_FALSE(make(options)->traits().second_order);
}

TEST(MamlPlusPlus, AnswersWithoutASupportOrASingleStep) {
  const MethodProblem empty("maml++", {2, 0, 3});
  const Tensor loss = empty.model().loss(empty.unadapted(), empty.record.query_targets, {});
  EXPECT_LT(distance(empty.meta_loss(), loss), 1e-14);
  const MethodProblem still("maml++ inner-steps=0");
  EXPECT_EQ(still.curve().size(), 1);
  for (const Tensor& gradient : still.meta_gradient().gradients) {
    EXPECT_TRUE(gradient.isfinite().all().item<bool>());
  }
}

}  // namespace
}  // namespace inkling::mamlpp
