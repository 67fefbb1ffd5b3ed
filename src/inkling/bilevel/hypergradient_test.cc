#include "inkling/bilevel/hypergradient.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "inkling/base/strings.h"
#include "inkling/bilevel/checkpoint_schedule.h"
#include "inkling/bilevel/differences/differences.h"
#include "inkling/bilevel/forward/forward.h"
#include "inkling/bilevel/implicit/implicit.h"
#include "inkling/bilevel/reverse/reverse.h"
#include "inkling/bilevel/tensor_bytes.h"
#include "inkling/bilevel/toy_bilevel.h"

namespace inkling {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::number;
using testing_help::numbers;
using testing_help::ToyBilevel;

double largest_distance(const Params& a, const Params& b) {
  double largest = 0;
  for (const auto& [name, value] : a) largest = std::max(largest, distance(value, b.at(name)));
  return largest;
}

const std::vector<std::pair<std::string, TransformPtr>>& transforms() {
  static const std::vector<std::pair<std::string, TransformPtr>> all = {
      {"sgd", sgd()},
      {"momentum", momentum()},
      {"adam, decayed", chain({adam(), decay()})},
      {"clipped, decayed momentum", chain({clip(.3), momentum(), decay()})}};
  return all;
}

std::vector<Objective> objectives(const ToyBilevel& toy, std::int64_t steps) {
  Objective both = toy.objective();
  both.history = [](std::int64_t step) { return .1 * static_cast<double>(step); };
  return {toy.objective(), mean_train_loss(steps), final_train_loss(steps), both};
}

TEST(Hypergradient, OfEveryExactEstimatorAgreesWithCentralDifferences) {
  const ToyBilevel toy;
  const Hyper hyper = toy.hyper();
  for (const auto& [name, transform] : transforms()) {
    const InnerProblem problem = toy.problem(9, transform);
    for (const Objective& objective : objectives(toy, 9)) {
      const Hypergradient check = central_differences()->estimate(problem, objective, hyper);
      const Hypergradient back = reverse()->estimate(problem, objective, hyper);
      EXPECT_LT(largest_distance(back.gradient, check.gradient), 1e-8) << name;
      EXPECT_GT(back.gradient.at("learning_rate").abs().item<double>(), 1e-3) << name;
      EXPECT_EQ(back.gradient.names(), hyper.names());
      for (const EstimatorPtr& other :
           {reverse({.slots = 2}), reverse({.slots = 20}), truncated(9), forward()}) {
        const Hypergradient found = other->estimate(problem, objective, hyper);
        EXPECT_LT(largest_distance(found.gradient, back.gradient), 1e-13)
            << name << " " << other->name();
        EXPECT_NEAR(found.objective, check.objective, 1e-14);
        EXPECT_LT(largest_distance(found.last.params, check.last.params), 1e-14);
        EXPECT_EQ(found.last.transform.step, 9);
        EXPECT_EQ(found.losses.size(), 9);
      }
    }
  }
}

TEST(Hypergradient, OfTheFirstParametersGoesThroughTheirStart) {
  const ToyBilevel toy;
  InnerProblem problem = toy.problem(5, momentum());
  const Params start = problem.start({});
  problem.fixed = toy.hyper();
  problem.start = [start](const Hyper& of) {
    return start.map([&](const std::string& name, const Tensor& value) {
      return name == "a" ? value * of.at("scale") : value;
    });
  };
  const Hyper hyper = {{"scale", number(1.2)}};
  for (const Objective& objective : objectives(toy, 5)) {
    const Params check = central_differences()->estimate(problem, objective, hyper).gradient;
    EXPECT_GT(std::abs(check.at("scale").item<double>()), 1e-3);
    for (const EstimatorPtr& estimator :
         {reverse(), reverse({.slots = 1}), reverse({.window = 4, .measure_bias = true}),
          forward()}) {
      const Hypergradient found = estimator->estimate(problem, objective, hyper);
      const double off = largest_distance(found.gradient, check);
      if (found.trust.truncation_bias) {
        EXPECT_GT(off, 1e-4) << "the start is beyond the window";
        EXPECT_NEAR(*found.trust.truncation_bias, 1, 1e-12);
      } else {
        EXPECT_LT(off, 1e-8) << estimator->name();
      }
    }
  }
}

TEST(Hypergradient, OfASolvedProblemIsTheImplicitOneByEverySolver) {
  const ToyBilevel toy;
  InnerProblem problem = toy.problem(2500, momentum());
  problem.loss = [of = problem.optimised](const Params& params, const Hyper& hyper, std::int64_t) {
    return of(params, hyper);
  };
  const Hyper all = toy.hyper();
  problem.fixed = {{"learning_rate", number(.5)}, {"momentum", number(.95)}};
  const Hyper hyper = {{"smoothing", all.at("smoothing")}, {"l2", all.at("l2")}};
  const Params exact = reverse({.slots = 30})->estimate(problem, toy.objective(), hyper).gradient;
  const std::int64_t size = numbers_in(problem.start({}));
  for (const auto& [solver, within] : std::vector<std::pair<SolverPtr, double>>{
           {conjugate_gradient({.iterations = 200, .tolerance = 1e-12}), 1e-7},
           {neumann({.terms = 2000}), 1e-6},
           {nystrom({.rank = size, .rho = 1e-6}), 1e-4}}) {
    const Hypergradient found = implicit(solver)->estimate(problem, toy.objective(), hyper);
    EXPECT_LT(relative_distance(found.gradient, exact), within) << solver->name();
    EXPECT_TRUE(*found.trust.converged);
    EXPECT_LT(*found.trust.inner_gradient, 1e-8);
    EXPECT_LT(*found.trust.residual, 1e-4) << solver->name();
    EXPECT_GT(found.cost.products, 0);
  }
}

TEST(Hypergradient, OfAProblemThatIsNotSolvedIsToldWithItsResidual) {
  const ToyBilevel toy;
  InnerProblem problem = toy.problem(30, sgd());
  problem.fixed = {{"learning_rate", number(.3)}};
  Hyper hyper = toy.hyper();
  hyper.erase("learning_rate");
  ImplicitOptions options;
  options.damping = 1;
  const Hypergradient found = implicit(options)->estimate(problem, toy.objective(), hyper);
  EXPECT_FALSE(*found.trust.converged);
  EXPECT_GT(*found.trust.inner_gradient, 1e-3);
  ASSERT_FALSE(found.trust.remarks.empty());
  EXPECT_NE(found.trust.remarks.front().find("the inner problem is not solved"), std::string::npos);
  EXPECT_NE(found.trust.remarks.front().find(cat(*found.trust.inner_gradient)), std::string::npos);
}

TEST(Hypergradient, ByImplicitEstimatorsIsRefusedForTheHistory) {
  const ToyBilevel toy;
  const Error error = error_of(
      [&] { implicit()->estimate(toy.problem(3, sgd()), mean_train_loss(3), toy.hyper()); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
}

TEST(Hypergradient, ThatIsZeroIsNamed) {
  const ToyBilevel toy;
  // Plain descent reads neither momentum nor decay.
  for (const EstimatorPtr& estimator : {reverse(), forward(), central_differences()}) {
    const Hypergradient found =
        estimator->estimate(toy.problem(4, sgd()), toy.objective(), toy.hyper());
    EXPECT_EQ(found.trust.without_influence, (std::vector<std::string>{"momentum", "weight_decay"}))
        << estimator->name();
    EXPECT_EQ(found.trust.remarks.back(),
              "momentum, weight_decay have no influence on the objective");
  }
}

TEST(Hypergradient, OfATrainingThatGoesOffIsAnErrorThatNamesTheStep) {
  const ToyBilevel toy;
  InnerProblem problem = toy.problem(9, sgd());
  const auto loss = problem.loss;
  problem.loss = [loss](const Params& params, const Hyper& hyper, std::int64_t step) {
    return step == 6 ? loss(params, hyper, step) / 0. : loss(params, hyper, step);
  };
  for (const EstimatorPtr& estimator : {reverse(), reverse({.slots = 2}), truncated(2), forward(),
                                        central_differences(), implicit()}) {
    const Error error =
        error_of([&] { estimator->estimate(problem, toy.objective(), toy.hyper()); });
    EXPECT_EQ(error.kind(), ErrorKind::numeric) << estimator->name();
    EXPECT_NE(error.message().find("step 7 of 9"), std::string::npos) << error.message();
  }
}

TEST(Hypergradient, WhoseDerivativeGoesOffIsAnError) {
  InnerProblem problem;
  problem.loss = [](const Params& params, const Hyper&, std::int64_t) {
    return params.at("w").square().sum();
  };
  problem.transform = sgd();
  problem.steps = 2;
  problem.start = [](const Hyper& of) -> Params { return {{"w", of.at("start").sqrt()}}; };
  problem.fixed = {{"learning_rate", number(.1)}};
  const Objective objective = {
      [](const Params& params, const Hyper&) { return params.at("w").sum(); }};
  for (const EstimatorPtr& estimator : {reverse(), forward()}) {
    const Error error =
        error_of([&] { estimator->estimate(problem, objective, {{"start", number(0)}}); });
    EXPECT_EQ(error.kind(), ErrorKind::numeric);
    EXPECT_EQ(error.where().field, "start");
  }
}

TEST(Hypergradient, CountsWhatItCost) {
  const ToyBilevel toy;
  const InnerProblem problem = toy.problem(20, sgd());
  const Hyper hyper = {{"learning_rate", number(.3)}};
  InnerProblem with = problem;
  with.fixed = toy.hyper();
  const auto cost = [&](const EstimatorPtr& estimator) {
    return estimator->estimate(with, toy.objective(), hyper).cost;
  };
  EXPECT_EQ(cost(reverse()).steps, 20);
  EXPECT_EQ(cost(reverse()).recomputed, 0);
  EXPECT_EQ(cost(reverse({.slots = 3})).recomputed, recomputed_steps(20, 3));
  EXPECT_EQ(cost(forward()).products, 20);
  EXPECT_EQ(cost(central_differences()).steps, 60);
  EXPECT_EQ(cost(implicit(conjugate_gradient({.iterations = 3}))).steps, 20);
}

TEST(Hypergradient, MemoryDoesNotGrowWithTheStepsWhereStatesAreFew) {
  const ToyBilevel toy;
  Hyper hyper = toy.hyper();
  const auto peak = [&](const EstimatorPtr& estimator, std::int64_t steps) {
    const InnerProblem problem = toy.problem(steps, chain({adam(), decay()}));
    return static_cast<double>(
        peak_bytes([&] { estimator->estimate(problem, toy.objective(), hyper); }));
  };
  for (const EstimatorPtr& estimator : {reverse({.slots = 5}), forward(), truncated(20)}) {
    EXPECT_LE(peak(estimator, 1000), 1.3 * peak(estimator, 50)) << estimator->name();
  }
  EXPECT_GT(peak(reverse(), 1000), 10 * peak(reverse(), 50)) << "nothing was to be saved";
}

TEST(Hypergradient, WorksInSingleFloats) {
  const ToyBilevel toy(at::kFloat);
  const InnerProblem problem = toy.problem(9, chain({adam(), decay()}));
  const Params back =
      reverse({.slots = 2})->estimate(problem, toy.objective(), toy.hyper()).gradient;
  const Params ahead = forward()->estimate(problem, toy.objective(), toy.hyper()).gradient;
  EXPECT_EQ(back.at("l2").scalar_type(), at::kFloat);
  EXPECT_EQ(ahead.at("l2").scalar_type(), at::kFloat);
  EXPECT_LT(relative_distance(ahead, back), 1e-4);
  const ToyBilevel exact;
  const Params check =
      reverse()
          ->estimate(exact.problem(9, chain({adam(), decay()})), exact.objective(), exact.hyper())
          .gradient;
  EXPECT_LT(relative_distance(back.map([](const std::string&, const Tensor& value) {
              return value.to(at::kDouble);
            }),
                              check),
            1e-3);
}

}  // namespace
}  // namespace inkling
