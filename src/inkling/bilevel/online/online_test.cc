#include "inkling/bilevel/online/online.h"

#include <gtest/gtest.h>

#include "inkling/bilevel/forward/forward.h"
#include "inkling/bilevel/reverse/reverse.h"
#include "inkling/bilevel/toy_bilevel.h"

namespace inkling {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::number;
using testing_help::ToyBilevel;

/// What the moves of a training were told, without following them.
std::vector<Params> gradients_of(const InnerProblem& problem, const Hyper& hyper,
                                 OnlineOptions options) {
  std::vector<Params> told;
  options.move = [&](const Hyper& now, const Params& gradient) {
    told.push_back(gradient);
    return now;
  };
  train_online(problem, hyper, options);
  return told;
}

TEST(Online, OfAllStepsIsTheGradientOfTheTrainingSoFar) {
  const ToyBilevel toy;
  const Hyper hyper = toy.hyper();
  for (const TransformPtr& transform : {momentum(), chain({adam(), decay()})}) {
    OnlineOptions options;
    options.through = OnlineOptions::Through::all_steps;
    options.loss = toy.objective().loss;
    const std::vector<Params> told = gradients_of(toy.problem(6, transform), hyper, options);
    ASSERT_EQ(told.size(), 5);
    for (std::size_t i = 0; i < told.size(); ++i) {
      const auto steps = static_cast<std::int64_t>(i + 1);
      const Params exact =
          reverse()->estimate(toy.problem(steps, transform), toy.objective(), hyper).gradient;
      EXPECT_LT(relative_distance(told[i], exact), 1e-12) << i;
    }
  }
}

TEST(Online, OfTheLastStepIsTheTruncatedGradientOfOne) {
  const ToyBilevel toy;
  const Hyper hyper = toy.hyper();
  OnlineOptions options;
  options.loss = toy.objective().loss;
  options.every = 2;
  const std::vector<Params> told =
      gradients_of(toy.problem(7, chain({adam(), decay()})), hyper, options);
  ASSERT_EQ(told.size(), 3);
  for (std::size_t i = 0; i < told.size(); ++i) {
    const auto steps = static_cast<std::int64_t>(2 * i + 2);
    const Params one =
        truncated(1)
            ->estimate(toy.problem(steps, chain({adam(), decay()})), toy.objective(), hyper)
            .gradient;
    EXPECT_LT(relative_distance(told[i], one), 1e-12) << i;
  }
}

TEST(Online, WithoutAnObjectiveFollowsTheNextStepsLoss) {
  const ToyBilevel toy;
  const Hyper hyper = toy.hyper();
  for (const auto through :
       {OnlineOptions::Through::last_step, OnlineOptions::Through::all_steps}) {
    OnlineOptions options;
    options.through = through;
    const std::vector<Params> told = gradients_of(toy.problem(4, momentum()), hyper, options);
    const InnerProblem three = toy.problem(3, momentum());
    const Objective next = {
        [&](const Params& params, const Hyper& of) { return three.loss(params, of, 3); }};
    const bool all = through == OnlineOptions::Through::all_steps;
    const Params expected = (all ? reverse() : truncated(1))->estimate(three, next, hyper).gradient;
    EXPECT_LT(relative_distance(told.back(), expected), 1e-12) << all;
  }
}

TEST(Online, TrainsUnderTheHyperparametersThatItTells) {
  const ToyBilevel toy;
  const InnerProblem problem = toy.problem(8, momentum());
  for (const auto through :
       {OnlineOptions::Through::last_step, OnlineOptions::Through::all_steps}) {
    OnlineOptions options;
    options.through = through;
    options.loss = toy.objective().loss;
    options.move = moved_by(adam(), {{"learning_rate", number(.01)}});
    const OnlineRun run = train_online(problem, toy.hyper(), options);
    InnerState state = first_state(problem, toy.hyper());
    for (std::size_t t = 0; t < run.path.size(); ++t) {
      const InnerStep step = inner_step(problem, state, run.path[t], false);
      EXPECT_NEAR(step.loss.item<double>(), run.losses[t], 1e-12) << t;
      state = step.state;
    }
    for (const auto& [name, value] : state.params) {
      EXPECT_LT(distance(value, run.last.params.at(name)), 1e-12);
    }
    EXPECT_GT(distance(run.path.back().at("l2"), toy.hyper().at("l2")), .01);
    EXPECT_EQ(run.path.size(), 8);
    EXPECT_EQ(run.last.transform.step, 8);
  }
}

TEST(Online, FindsALearningRateFromABadStart) {
  const ToyBilevel toy;
  InnerProblem problem = toy.problem(300, sgd());
  problem.fixed = toy.hyper();
  const Hyper bad = {{"learning_rate", number(1e-4)}};
  const double before = trained(problem, toy.objective(), bad).objective;
  OnlineOptions options;
  options.loss = toy.objective().loss;
  options.move = moved_by(adam(), {{"learning_rate", number(.02)}});
  const OnlineRun run = train_online(problem, bad, options);
  const LastValue after = last_value(problem, toy.objective(), run.last.params, run.hyper);
  EXPECT_LT(after.value, .8 * before);
}

TEST(Online, ThatGoesOffNamesTheStep) {
  const ToyBilevel toy;
  OnlineOptions options;
  options.move = [](const Hyper& now, const Params&) {
    Hyper next = now;
    next.set("learning_rate", number(std::numeric_limits<double>::infinity()));
    return next;
  };
  const Error error = error_of([&] { train_online(toy.problem(5, sgd()), toy.hyper(), options); });
  EXPECT_EQ(error.kind(), ErrorKind::numeric);
  EXPECT_NE(error.message().find("step 3 of 5"), std::string::npos) << error.message();
}

TEST(Online, AsksForAWayToMove) {
  const ToyBilevel toy;
  EXPECT_EQ(error_of([&] { train_online(toy.problem(5, sgd()), toy.hyper(), {}); }).kind(),
            ErrorKind::usage);
}

}  // namespace
}  // namespace inkling
