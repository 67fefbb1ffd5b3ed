#include "inkling/bilevel/automatic/automatic.h"

#include <gtest/gtest.h>

#include "inkling/bilevel/toy_bilevel.h"
#include "inkling/bilevel/toy_words.h"

namespace inkling {
namespace {

using testing_help::number;
using testing_help::ToyBilevel;

struct Case {
  ToyBilevel toy;
  InnerProblem problem;
  Objective objective = toy.objective();
  Hyper hyper = toy.hyper();

  explicit Case(std::int64_t steps) : problem(toy.problem(steps, chain({adam(), decay()}))) {
    problem.optimised = {};
    problem.fixed = hyper;
  }
  Choice choice(std::int64_t bytes) const {
    return choose(problem, objective, hyper, {.bytes = bytes});
  }
};

constexpr std::int64_t kMuch = 1'000'000'000;

TEST(Automatic, GoesAheadForOneNumberAndBackForMany) {
  Case many(50);
  EXPECT_EQ(many.choice(kMuch).estimator->name(), "reverse mode");
  EXPECT_EQ(many.choice(kMuch).reason.rfind("reverse mode: 8 hyperparameters through 50 steps", 0),
            0)
      << many.choice(kMuch).reason;
  Case one(50);
  one.hyper = {{"learning_rate", number(.1)}};
  EXPECT_EQ(one.choice(kMuch).estimator->name(), "forward mode");
  EXPECT_EQ(one.choice(kMuch).reason.rfind("forward mode: 1 hyperparameter through 50 steps", 0),
            0);
}

TEST(Automatic, KeepsAsManyStatesAsFit) {
  const Case with(1000);
  const std::string name = with.choice(60'000).estimator->name();
  EXPECT_EQ(name.rfind("reverse mode with ", 0), 0) << name;
  EXPECT_NE(with.choice(60'000).reason.find("of 60 kB"), std::string::npos)
      << with.choice(60'000).reason;
  EXPECT_NE(with.choice(80'000).estimator->name(), name) << "more states in more memory";
}

TEST(Automatic, GoesByRowsAheadForOneNumberOrTwoAndBackForMore) {
  const testing_help::Words words;
  const InnerProblem problem = words.problem(20, true);
  const auto choice = [&](const Hyper& hyper) {
    return choose(problem, words.objective(), hyper, {.bytes = kMuch});
  };
  const Hyper two = {{"learning_rate", number(.03)}, {"temperature", number(.7)}};
  EXPECT_EQ(choice(two).estimator->name(), "forward mode");
  EXPECT_EQ(choice(two).reason,
            "forward mode by the rows that a step reads: 2 hyperparameters through 20 steps");
  const Hyper three = two.merged({{"size", number(1.2)}});
  EXPECT_EQ(choice(three).estimator->name(), "reverse mode");
  // A step's graph holds the moments of some rows: less than a state.
  const std::int64_t state = 3 * 8 * (40 * 70 + 70);
  EXPECT_EQ(choose(problem, words.objective(), three, {.bytes = 23 * state}).estimator->name(),
            "reverse mode");
  EXPECT_NE(choose(problem, words.objective(), three, {.bytes = 5 * state}).estimator->name(),
            "reverse mode");
}

TEST(Automatic, LeavesStepsOutWhereNothingElseFitsAndSaysSo) {
  const Case with(1000);
  const Choice choice = with.choice(1);
  EXPECT_EQ(choice.estimator->name(), "reverse mode through the last 1 steps");
  EXPECT_NE(choice.reason.find("a bias"), std::string::npos);
}

TEST(Automatic, TakesTheImplicitGradientOfWhatTheLossAloneReads) {
  Case with(50);
  with.problem.optimised = with.toy.problem(1, sgd()).optimised;
  with.hyper = {{"l2", with.hyper.at("l2")}};
  EXPECT_EQ(with.choice(kMuch).estimator->name(), "implicit gradient by conjugate gradient");
  Case of_the_history = with;
  of_the_history.objective = mean_train_loss(50);
  EXPECT_EQ(of_the_history.choice(kMuch).estimator->name(), "reverse mode");
  for (const char* key : {"learning_rate", "step.learning_rate", "weight_decay.a"}) {
    Case read = with;
    read.hyper.set(key, number(.1).reshape({1}));
    EXPECT_EQ(read.choice(kMuch).estimator->name(), "reverse mode") << key;
  }
}

TEST(Automatic, GivesTheGradientOfItsChoiceAndTheReasonFirst) {
  const Case with(12);
  const auto of = [&](const EstimatorPtr& estimator) {
    return estimator->estimate(with.problem, with.objective, with.hyper);
  };
  const Hypergradient found = of(automatic());
  const Choice choice = choose(with.problem, with.objective, with.hyper);
  EXPECT_EQ(found.trust.remarks.at(0), choice.reason);
  EXPECT_EQ(relative_distance(found.gradient, of(choice.estimator).gradient), 0);
}

}  // namespace
}  // namespace inkling
