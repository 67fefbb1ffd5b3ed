#include "inkling/bilevel/influence.h"

#include <gtest/gtest.h>

#include "inkling/bilevel/toy_bilevel.h"

namespace inkling {
namespace {

using testing_help::distance;
using testing_help::number;
using testing_help::numbers;

TEST(Oracle, Influence) {
  // Ridge: sum of (theta x - y)^2 / 2, and theta^2 / 2; solved at 9/7.
  const Tensor x = numbers({1, 1, 2}, {3});
  const Tensor y = numbers({1, 2, 3}, {3});
  const ExampleLosses losses = [&](const Params& params, std::int64_t first, std::int64_t count) {
    const Tensor error = params.at("theta") * x.narrow(0, first, count) - y.narrow(0, first, count);
    return error.square() / 2;
  };
  const Params at = {{"theta", number(9. / 7)}};
  const Curvature curvature(
      [&](const Params& params, const Hyper&) {
        return losses(params, 0, 3).sum() + params.at("theta").square() / 2;
      },
      at);
  EXPECT_NEAR(curvature.gradient().at("theta").item<double>(), 0, 1e-14);
  // The query is theta itself: what changes is the parameter.
  const Params of_theta = {{"theta", number(1)}};
  for (const std::int64_t together : {1, 2, 256}) {
    const Influence found =
        influence_on(of_theta, curvature, at, losses, 3, *conjugate_gradient(), together);
    EXPECT_LT(distance(found.changes, numbers({2. / 49, -5. / 49, -6. / 49}, {3})), 1e-14);
    EXPECT_LT(found.solution.residual, 1e-12);
  }
  // What it stands for: solved again without each.
  const double exact[] = {1. / 21, -5. / 42, -2. / 7};
  for (std::int64_t i = 0; i < 3; ++i) {
    const Tensor kept = at::arange(3) != i;
    const double theta = ((x * y * kept).sum() / ((x * x * kept).sum() + 1)).item<double>();
    EXPECT_NEAR(theta - 9. / 7, exact[i], 1e-14);
  }
}

/// Logistic regression of three classes from four features, with a penalty, solved by Newton's
/// method.
struct Regression {
  Tensor x = normal(Key{1}, {40, 4}, at::kDouble);
  Tensor y = (x.select(1, 0) + .7 * normal(Key{2}, {40}, at::kDouble) > 0).to(at::kLong) +
             (x.select(1, 1) > 1).to(at::kLong);
  double penalty = .05;

  Tensor scores(const Params& params, const Tensor& of) const { return at::mm(of, params.at("w")); }
  Tensor each(const Params& params) const {
    return at::log_softmax(scores(params, x), -1).gather(1, y.unsqueeze(1)).squeeze(1).neg();
  }
  /// @param left_out  an example, or -1
  Params solved(std::int64_t left_out) const {
    const Tensor kept = (at::arange(40) != left_out).to(at::kDouble);
    Params at = {{"w", at::zeros({4, 3}, at::kDouble)}};
    for (int i = 0; i < 30; ++i) {
      const Curvature curvature(
          [&](const Params& params, const Hyper&) {
            return (kept * each(params)).sum() / 40 + penalty * params.at("w").square().sum() / 2;
          },
          at);
      at = at + -1. * solve(curvature, curvature.gradient(), *conjugate_gradient()).x;
    }
    return at;
  }
};

TEST(Influence, TellsWhatSolvingAgainWithoutAnExampleGives) {
  const Regression problem;
  const Params at = problem.solved(-1);
  const Tensor query = numbers({.3, -.4, 1, .2}, {1, 4});
  const auto loss = [&](const Params& params) {
    return at::log_softmax(problem.scores(params, query), -1)[0][1].neg();
  };
  const Params leaf = leaves(at);
  const Params of_query = at.with(gradients(loss(leaf), leaf.tensors(), false));
  // The penalty is the damping: scores are linear, so that the Gauss-Newton matrix is the Hessian.
  const Curvature curvature(gauss_newton(
                                [&](const Params& params) {
                                  return std::vector<Tensor>{
                                      problem.scores(params, problem.x.narrow(0, 0, 25)),
                                      problem.scores(params, problem.x.narrow(0, 25, 15))};
                                },
                                at),
                            at, {}, problem.penalty);
  const Influence found = influence_on(
      of_query, curvature, at,
      [&](const Params& params, std::int64_t first, std::int64_t count) {
        return problem.each(params).narrow(0, first, count);
      },
      40, *conjugate_gradient(), 7);
  std::vector<double> again;
  for (std::int64_t i = 0; i < 40; ++i) {
    again.push_back((loss(problem.solved(i)) - loss(at)).item<double>());
  }
  const Tensor told = found.changes / 40;
  const Tensor truth = tensor_of(again);
  EXPECT_GT(truth.abs().max().item<double>(), .01);
  EXPECT_LT((told - truth).abs().max().item<double>(), .25 * truth.abs().max().item<double>());
  const Tensor centred = told - told.mean();
  const Tensor centred_truth = truth - truth.mean();
  EXPECT_GT(
      (at::dot(centred, centred_truth) / (centred.norm() * centred_truth.norm())).item<double>(),
      .97);
}

TEST(Influence, GaussNewtonIsTheHessianWhereScoresAreLinear) {
  const Regression problem;
  const Params at = {{"w", normal(Key{3}, {4, 3}, at::kDouble)}};
  const Curvature hessian(
      [&](const Params& params, const Hyper&) { return problem.each(params).mean(); }, at);
  const Curvature stand_in(gauss_newton(
                               [&](const Params& params) {
                                 return std::vector<Tensor>{problem.scores(params, problem.x)};
                               },
                               at),
                           at);
  const Params v = {{"w", normal(Key{4}, {4, 3}, at::kDouble)}};
  EXPECT_LT(distance(stand_in.times(v).at("w"), hessian.times(v).at("w")), 1e-14);
  EXPECT_GT(hessian.times(v).at("w").norm().item<double>(), 1e-2);
}

}  // namespace
}  // namespace inkling
