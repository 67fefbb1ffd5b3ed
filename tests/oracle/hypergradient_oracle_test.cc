// Hypergradients of small problems that are known in closed form.
#include <gtest/gtest.h>

#include <cmath>

#include "inkling/bilevel/forward/forward.h"
#include "inkling/bilevel/implicit/implicit.h"
#include "inkling/bilevel/online/online.h"
#include "inkling/bilevel/reverse/reverse.h"
#include "tests/oracle/toy_problems.h"

namespace inkling {
namespace {

using toy::number;
using toy::numbers;

double only(const Params& params, const std::string& name) {
  return params.at(name).item<double>();
}

/// T2: X^T X = diag(1, 4), X^T y = (2, 4), so that w = (1, .8) at lambda = 1; the outer loss is
/// half the squared distance to (.5, .5).
InnerProblem ridge(std::int64_t steps, double rate = .1) {
  InnerProblem problem;
  problem.loss = [](const Params& params, const Hyper& hyper, std::int64_t) {
    const Tensor& w = params.at("w");
    return (numbers({1, 4}, {2}) * w.square() / 2 - numbers({2, 4}, {2}) * w).sum() +
           hyper.at("l2") * w.square().sum() / 2;
  };
  problem.transform = sgd();
  problem.steps = steps;
  problem.start = starting_at({{"w", numbers({0, 0}, {2})}});
  problem.fixed = {{"learning_rate", number(rate)}};
  return problem;
}

const Objective kNearHalf = {
    [](const Params& params, const Hyper&) { return (params.at("w") - .5).square().sum() / 2; }};

const Hyper kRidgeHyper = {{"l2", number(1)}};

/// The same, solved.
Hypergradient at_ridge(const EstimatorPtr& estimator) {
  InnerProblem problem = ridge(0);
  problem.start = starting_at({{"w", numbers({1, .8}, {2})}});
  return estimator->estimate(problem, kNearHalf, kRidgeHyper);
}

double ridge_slope(const EstimatorPtr& estimator) {
  return only(at_ridge(estimator).gradient, "l2");
}

TEST(Oracle, RidgeUnrollGoesToTheImplicitGradient) {
  const auto slope = [](std::int64_t steps) {
    return only(reverse()->estimate(ridge(steps), kNearHalf, kRidgeHyper).gradient, "l2");
  };
  EXPECT_EQ(slope(1), 0);
  EXPECT_NEAR(slope(5), -.0583860, 1e-7);
  EXPECT_NEAR(slope(50), -.2979447, 1e-7);
  EXPECT_NEAR(slope(2000), -.298, 1e-12);
}

TEST(Oracle, ImplicitByConjugateGradient) {
  const Hypergradient one = at_ridge(implicit(conjugate_gradient({.iterations = 1})));
  EXPECT_NEAR(only(one.gradient, "l2"), -.2648421, 1e-7);
  EXPECT_GT(*one.trust.residual, .1);
  const Hypergradient two = at_ridge(implicit(conjugate_gradient({.iterations = 2})));
  EXPECT_NEAR(only(two.gradient, "l2"), -.298, 1e-14);
  EXPECT_LT(*two.trust.residual, 1e-14);
  EXPECT_NEAR(two.objective, .17, 1e-15);
  EXPECT_TRUE(*two.trust.converged);
}

TEST(Oracle, ImplicitByNeumannSeries) {
  const auto slope = [](std::int64_t terms) {
    return ridge_slope(implicit(neumann({.terms = terms, .rate = .1})));
  };
  EXPECT_NEAR(slope(0), -.074, 1e-15);
  EXPECT_NEAR(slope(4), -.21458, 1e-5);
  EXPECT_NEAR(slope(20), -.2956941, 1e-7);
  EXPECT_NEAR(slope(400), -.298, 1e-12);
}

TEST(Oracle, ImplicitByNystrom) {
  EXPECT_NEAR(ridge_slope(implicit(nystrom({.rank = 2, .rho = .01}))), -.2966604, 1e-7);
}

TEST(Oracle, FarHo) {
  const Tensor c = numbers({0, -1, 12, 18}, {4});
  InnerProblem problem;
  problem.loss = [c](const Params& params, const Hyper& hyper, std::int64_t) {
    const Tensor& w = params.at("w");
    return (hyper.at("e") * w.square() + (w - c).square()).sum();
  };
  problem.transform = sgd();
  problem.steps = 1000;
  problem.start = starting_at({{"w", at::zeros({4}, at::kDouble)}});
  problem.fixed = {{"learning_rate", number(.1)}};
  const Objective objective = {[](const Params& params, const Hyper&) {
    return (params.at("w") - numbers({.1, -1.1, 12.1, 18.1}, {4})).square().sum();
  }};
  const Hyper hyper = {{"e", numbers({3, 1.1, 1, .1}, {4})}};
  // w = c / (1 + e), dF/de = 2 (w - d) dw/de. The published digits are of float32.
  const Tensor w = c / (1 + hyper.at("e"));
  const Tensor expected = -2 * (w - numbers({.1, -1.1, 12.1, 18.1}, {4})) * w / (1 + hyper.at("e"));
  const Tensor published = numbers({0, .2829068, 36.600002, 51.660526}, {4});
  EXPECT_LT(((expected - published).abs() / published.clamp_min(1)).max().item<double>(), 3e-6);
  for (const EstimatorPtr& estimator :
       {implicit(conjugate_gradient()), reverse(), reverse({.slots = 8}), forward()}) {
    const Hypergradient found = estimator->estimate(problem, objective, hyper);
    EXPECT_LT((found.last.params.at("w") - w).abs().max().item<double>(), 1e-9);
    const Tensor apart = (found.gradient.at("e") - expected).abs();
    EXPECT_LT((apart / expected.clamp_min(1)).max().item<double>(), 1e-6) << estimator->name();
  }
}

TEST(Oracle, TorchOptTutorialByReverseMode) {
  // Inner variable a, outer x, L = a x^2 or a x; one step of rate 1.
  const auto slope = [](double power, const TransformPtr& transform) {
    const auto loss = [power](const Params& params, const Hyper& hyper) {
      return params.at("a") * hyper.at("x").pow(power);
    };
    InnerProblem problem;
    problem.loss = [loss](const Params& params, const Hyper& hyper, std::int64_t) {
      return loss(params, hyper);
    };
    problem.transform = transform;
    problem.steps = 1;
    problem.start = starting_at({{"a", number(1)}});
    problem.fixed = {{"learning_rate", number(1)}};
    const Hyper hyper = {{"x", number(2)}};
    return only(reverse()->estimate(problem, {loss}, hyper).gradient, "x");
  };
  EXPECT_NEAR(slope(2, sgd()), -28, 1e-12);
  EXPECT_NEAR(slope(2, sgd()) + slope(1, sgd()), -31, 1e-12);
  EXPECT_NEAR(slope(2, chain({clip(2), sgd()})), -4, 1e-12) << "through a differentiable clip";
}

/// Five steps on w^2 from 1; the outer loss is the inner one.
Hypergradient square(const EstimatorPtr& estimator, const TransformPtr& transform,
                     const Hyper& hyper) {
  const auto loss = [](const Params& params, const Hyper&) { return params.at("w").square(); };
  InnerProblem problem;
  problem.loss = [loss](const Params& params, const Hyper& of, std::int64_t) {
    return loss(params, of);
  };
  problem.transform = transform;
  problem.steps = 5;
  problem.start = starting_at({{"w", number(1)}});
  return estimator->estimate(problem, {loss}, hyper);
}

const Hyper kRate = {{"learning_rate", number(.1)}};
const Hyper kHeavyBall = {{"learning_rate", number(.1)}, {"momentum", number(.9)}};

TEST(Oracle, ReverseUnroll) {
  EXPECT_NEAR(only(square(reverse(), sgd(), kRate).gradient, "learning_rate"), -2.68435456, 1e-12);
  for (const std::int64_t slots : {0, 1, 2, 4, 9}) {
    const Params found = square(reverse({.slots = slots}), momentum(), kHeavyBall).gradient;
    EXPECT_NEAR(only(found, "learning_rate"), 8.250554216, 1e-8) << slots;
    EXPECT_NEAR(only(found, "momentum"), 2.431263296, 1e-8) << slots;
  }
}

TEST(Oracle, TruncatedReverse) {
  const auto slope = [](std::int64_t window) {
    return only(square(truncated(window), sgd(), kRate).gradient, "learning_rate");
  };
  EXPECT_NEAR(slope(1), -.536870912, 1e-12);
  EXPECT_NEAR(slope(2), -1.073741824, 1e-12);
  EXPECT_NEAR(slope(5), -2.68435456, 1e-12);
}

TEST(Oracle, ForwardEqualsReverse) {
  const Params ahead = square(forward(), momentum(), kHeavyBall).gradient;
  EXPECT_NEAR(only(ahead, "learning_rate"), 8.250554216, 1e-8);
  EXPECT_NEAR(only(ahead, "momentum"), 2.431263296, 1e-8);
  EXPECT_LT(relative_distance(ahead, square(reverse(), momentum(), kHeavyBall).gradient), 1e-12);
}

TEST(Oracle, HypergradientDescent) {
  InnerProblem problem;
  problem.loss = [](const Params& params, const Hyper&, std::int64_t) {
    return params.at("theta").square() / 2;
  };
  problem.transform = sgd();
  problem.start = starting_at({{"theta", number(1)}});
  const std::vector<double> rates = {0, .1, .19, .25561};
  const std::vector<double> thetas = {1, .9, .729, .54266031};
  for (std::int64_t steps = 1; steps <= 4; ++steps) {
    problem.steps = steps;
    OnlineOptions options;
    options.move = moved_by(sgd(), {{"learning_rate", number(.1)}});
    const OnlineRun run = train_online(problem, {{"learning_rate", number(0)}}, options);
    EXPECT_NEAR(only(run.last.params, "theta"), thetas[steps - 1], 1e-8);
    ASSERT_EQ(run.path.size(), steps);
    for (std::int64_t t = 0; t < steps; ++t) {
      EXPECT_NEAR(only(run.path[t], "learning_rate"), rates[t], 1e-14) << t;
    }
  }
}

}  // namespace
}  // namespace inkling
