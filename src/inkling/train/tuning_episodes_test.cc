#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/bilevel/automatic/automatic.h"
#include "inkling/bilevel/differences/differences.h"
#include "inkling/bilevel/forward/forward.h"
#include "inkling/bilevel/reverse/reverse.h"
#include "inkling/methods/method_registry.h"
#include "inkling/tensor/test_help.h"
#include "inkling/train/tuning.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

using conformance::World;
using conformance::world_of;
using testing_help::error_of;

/// Tasks of six labels, in float64.
struct Bench {
  Bench(const std::string& method, std::vector<std::string> hyper, const std::string& objective,
        const std::string& encoder = "average dimensions=3 scale=0.5")
      : world(world_of(encoder, method, true, {{"train", {{"validation-episodes", "3"}}}})),
        source(world.source({2, 2, 2})),
        held_out(world.source({2, 2, 2}, Key{77})) {
    TuneOptions options;
    options.hyper = std::move(hyper);
    options.objective = objective;
    options.inner_steps = 4;
    options.max_batch = 4;
    options.inner_optimiser = "sgd";
    TuningData data;
    data.train = source.get();
    data.validation = held_out.get();
    problem = std::make_unique<TuningProblem>(
        *world.learner, data, tuned_hyperparameters(options.hyper, world.learner->config(), 4),
        options);
  }

  Params gradient(const EstimatorPtr& estimator) const {
    return estimator
        ->estimate(problem->inner(), problem->objective(), problem->hyper(problem->start()))
        .gradient;
  }

  World world;
  std::unique_ptr<EpisodeSource> source;
  std::unique_ptr<EpisodeSource> held_out;
  std::unique_ptr<TuningProblem> problem;
};

void expect_agreement(const Bench& bench) {
  const Params check = bench.gradient(central_differences());
  for (const EstimatorPtr& estimator : {reverse(), forward()}) {
    const Params found = bench.gradient(estimator);
    for (const auto& [name, value] : check) {
      EXPECT_GT(value.abs().max().item<double>(), 1e-9) << name;
      const Tensor off = (found.at(name) - value).abs() - 1e-3 * value.abs();
      EXPECT_LT(off.max().item<double>(), 1e-9) << name << " by " << estimator->name();
    }
  }
}

std::vector<std::string> tuned_methods() {
  std::vector<std::string> names;
  for (const MethodMaker& maker : method_makers()) {
    const World world = world_of("average dimensions=3", maker.name, true);
    const Traits& traits = world.learner->method().traits();
    if (traits.episodic && follows_gradient(traits)) names.push_back(maker.name);
  }
  return names;
}

class TuningEpisodes : public testing::TestWithParam<std::string> {};

TEST_P(TuningEpisodes, HasTheGradientOfCentralDifferences) {
  for (const char* objective : {"mean-train-loss", "validation-loss"}) {
    SCOPED_TRACE(objective);
    std::vector<std::string> hyper = {"learning_rate=0.3", "meta_batch=2.5"};
    const World world = world_of("average dimensions=3", GetParam(), true);
    if (world.learner->method().traits().inner_loop) hyper.emplace_back("inner_learning_rate=0.4");
    expect_agreement(Bench(GetParam(), hyper, objective));
  }
}

TEST_P(TuningEpisodes, EveryFieldDeclaredDifferentiableHasTheGradientOfCentralDifferences) {
  const std::string momentum = cat(GetParam(), " inner-optimiser=momentum inner-steps=3");
  const World world = world_of("average dimensions=3", GetParam(), true);
  const bool inner = world.learner->method().traits().inner_loop;
  std::vector<std::string> hyper = {"scale=0.4"};
  for (const Field& field : world.learner->config().method.options.fields()) {
    if (!field.differentiable) continue;
    hyper.push_back(field.name);
    std::ranges::replace(hyper.back(), '-', '_');
  }
  expect_agreement(Bench(inner ? momentum : GetParam(), hyper, "validation-loss"));
}

TEST_P(TuningEpisodes, InnerRatesAStepAndALayerHaveTheGradientOfCentralDifferences) {
  const World world = world_of("average dimensions=3", GetParam(), true);
  const Learner& learner = *world.learner;
  if (learner.method().inner_rates(learner.model(), learner.init(Key{}).names()).layers.empty()) {
    if (!learner.method().traits().inner_loop) return;
    const Error refused =
        error_of([&] { Bench(GetParam(), {"inner_learning_rate/step"}, "validation-loss"); });
    EXPECT_EQ(refused.kind(), ErrorKind::usage);
    return;
  }
  const std::string method = cat(GetParam(), " inner-optimiser=momentum inner-steps=3");
  for (const char* per : {"step", "layer", "layer-step"}) {
    SCOPED_TRACE(per);
    expect_agreement(Bench(
        method, {cat("inner_learning_rate/", per, "=0.4"), cat("inner_momentum/", per, "=0.6")},
        "validation-loss"));
    expect_agreement(Bench(cat(GetParam(), " inner-steps=3"),
                           {cat("inner_learning_rate/", per, "=0.4")}, "mean-train-loss"));
  }
}

TEST_P(TuningEpisodes, WhatStepsFollowIsTheGradientOfTheirLoss) {
  const World world = world_of("average dimensions=3 scale=0.5", GetParam(), true);
  const auto source = world.source({2, 2, 2});
  TuningData data;
  data.train = source.get();
  for (const bool sized : {false, true}) {
    SCOPED_TRACE(sized);
    const auto steps =
        episode_steps(*world.learner, data, {.steps = 2, .largest = 3, .sized = sized});
    Hyper hyper;
    if (sized) hyper.set("meta_batch", testing_help::number(2.5));
    const Params at = leaves(steps->start({}));
    const Tensor loss = steps->loss(at, hyper, 1);
    const Params wanted = at.with(gradients(loss, at.tensors(), false));
    const Followed found = steps->followed(detached(at), hyper, 1);
    EXPECT_NEAR(found.loss, loss.item<double>(), 1e-12);
    for (const auto& [name, value] : wanted) {
      EXPECT_LT(testing_help::distance(found.gradients.at(name), value), 1e-12) << name;
    }
  }
}

TEST(TuningFirstOrder, HasDifferencesAndNothingElse) {
  for (const char* method : {"fomaml", "reptile", "imaml", "maml++"}) {
    SCOPED_TRACE(method);
    const Bench bench(method, {"learning_rate=0.3", "inner_learning_rate=0.4"}, "validation-loss");
    ASSERT_TRUE(bench.problem->inner().followed);
    const Params found = bench.gradient(automatic());
    const Params check = bench.gradient(central_differences());
    for (const auto& [name, value] : check) {
      EXPECT_TRUE(at::equal(found.at(name), value)) << name;
    }
    EXPECT_GT(check.at("learning_rate").abs().item<double>(), 1e-9);
    for (const EstimatorPtr& estimator : {reverse(), forward()}) {
      EXPECT_EQ(error_of([&] { bench.gradient(estimator); }).kind(), ErrorKind::usage);
    }
  }
}

TEST(TuningFields, TheScaleOfANetworkOfWindowsHasTheGradientOfCentralDifferences) {
  expect_agreement(Bench("protonet", {"scale=0.4", "logit_scale=2"}, "validation-loss",
                         "cnn dimensions=3 filters=4 widths=2 scale=0.5"));
}

TEST(TuningFields, ALearnedScaleOfMatchingBeginsWhereItIsTold) {
  expect_agreement(Bench("matching learn-scale=false", {"logit_scale=2"}, "validation-loss"));
}

TEST(TuningFields, OneRateForAllIsOneForEveryStepAndLayer) {
  const auto objective = [](const std::string& hyper) {
    const Bench bench("maml inner-steps=3", {hyper}, "validation-loss");
    return trained(bench.problem->inner(), bench.problem->objective(),
                   bench.problem->hyper(bench.problem->start()))
        .objective;
  };
  const double one = objective("inner_learning_rate=0.7");
  EXPECT_NE(one, objective("inner_learning_rate=0.3"));
  for (const char* per : {"step", "layer", "layer-step"}) {
    EXPECT_NEAR(one, objective(cat("inner_learning_rate/", per, "=0.7")), 1e-12) << per;
  }
}

TEST(TuningFields, OnesThatAreNotReadAreRefused) {
  const auto refused = [](const std::string& method, const std::string& hyper,
                          const std::string& encoder = "average dimensions=3 scale=0.5") {
    const Error error = error_of([&] { Bench(method, {hyper}, "validation-loss", encoder); });
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what() + std::string(" ") + error.hint();
  };
  const auto has = [](const std::string& text, const char* part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  has(refused("protonet", "penalty"), "no field of method 'protonet'");
  has(refused("protonet", "penalty"), "logit_scale");
  has(refused("maml", "inner_momentum"), "does not depend on inner_momentum");
  has(refused("ridge lambda=0", "lambda=1"), "does not depend on lambda");
  has(refused("protonet", "scale=1", "average dimensions=3 tune-vectors=false"),
      "does not depend on scale");
}

TEST(TuningFields, AMethodsSpeedsAreThoseOfItsTraining) {
  // A rate moves at its speed from where it begins: as far as at a step so much longer.
  const auto moved = [](const std::string& speed) {
    const Bench bench(cat("meta-sgd granularity=tensor rate-speed=", speed), {"learning_rate=0.01"},
                      "validation-loss");
    const Hyper hyper = bench.problem->hyper(bench.problem->start());
    InnerProblem one = bench.problem->inner();
    one.steps = 1;
    const Params last = trained(one, bench.problem->objective(), hyper).last.params;
    const Params first = first_state(one, hyper).params;
    return (last.at("rate.head.bias.tensor") - first.at("rate.head.bias.tensor")).item<double>();
  };
  EXPECT_NE(moved("1"), 0);
  EXPECT_NEAR(moved("30"), 30 * moved("1"), 1e-12);
}

INSTANTIATE_TEST_SUITE_P(Methods, TuningEpisodes, testing::ValuesIn(tuned_methods()),
                         [](const auto& of) {
                           std::string name = of.param;
                           std::erase_if(name, [](char c) { return c == '-' || c == '+'; });
                           return name;
                         });

}  // namespace
}  // namespace inkling
