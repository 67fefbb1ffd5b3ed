#include "inkling/methods/ridge_solve.h"

#include <gtest/gtest.h>

#include "inkling/tensor/test_help.h"

namespace inkling {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::number;
using testing_help::numbers;

/// The plain twin: (X^T X + lambda I)^-1 X^T Y.
Tensor primal(const Tensor& x, const Tensor& y, double lambda) {
  const Tensor t = x.transpose(1, 2);
  return at::linalg_solve(at::matmul(t, x) + lambda * at::eye(x.size(2), x.options()),
                          at::matmul(t, y));
}

Tensor dual(const Tensor& x, const Tensor& y, double lambda) {
  const Tensor t = x.transpose(1, 2);
  return at::matmul(
      t, at::linalg_solve(at::matmul(x, t) + lambda * at::eye(x.size(1), x.options()), y));
}

TEST(RidgeWeights, EqualThePrimalAndTheDualSolution) {
  for (const std::int64_t examples : {3, 8, 20}) {
    const Tensor x = normal(Key{1}, {4, examples, 8}, at::kDouble);
    const Tensor y = normal(Key{2}, {4, examples, 3}, at::kDouble);
    const Tensor found = ridge_weights(x, y, number(.7));
    EXPECT_LT(distance(found, primal(x, y, .7)), 1e-12) << examples;
    EXPECT_LT(distance(found, dual(x, y, .7)), 1e-12) << examples;
  }
}

TEST(RidgeWeights, TheirGradientIsThatOfThePrimalSolution) {
  for (const std::int64_t examples : {3, 20}) {
    const Tensor x = leaf(normal(Key{1}, {2, examples, 8}, at::kDouble));
    const Tensor y = normal(Key{2}, {2, examples, 3}, at::kDouble);
    const auto gradient = [&](const Tensor& w) { return gradients(w.sin().sum(), {x}, false)[0]; };
    EXPECT_LT(distance(gradient(ridge_weights(x, y, number(.7))), gradient(primal(x, y, .7))),
              1e-12);
  }
}

TEST(RidgeWeights, WithoutPenaltyGiveLeastSquares) {
  const Tensor x = normal(Key{1}, {1, 20, 4}, at::kDouble);
  const Tensor truth = normal(Key{2}, {1, 4, 2}, at::kDouble);
  EXPECT_LT(distance(ridge_weights(x, at::matmul(x, truth), number(0)), truth), 1e-12);
}

TEST(RidgeWeights, ASingularSystemIsAnErrorThatNamesTheEpisode) {
  Tensor x = normal(Key{1}, {3, 4, 8}, at::kDouble);
  x[2][3].copy_(x[2][1]);
  const Tensor y = normal(Key{2}, {3, 4, 2}, at::kDouble);
  for (const auto type : {at::kDouble, at::kFloat}) {
    const Error error = error_of([&] { ridge_weights(x.to(type), y, number(0)); });
    EXPECT_EQ(error.kind(), ErrorKind::numeric);
    EXPECT_NE(error.message().find("episode 2 is singular"), std::string::npos) << error.message();
    EXPECT_NE(error.hint().find("--lambda"), std::string::npos);
  }
  const Error alone =
      error_of([&] { ridge_weights(x.narrow(0, 2, 1), y.narrow(0, 2, 1), number(0)); });
  EXPECT_EQ(alone.message(), "the ridge system is singular: its examples are not independent");
  EXPECT_TRUE(ridge_weights(x, y, number(1e-6)).isfinite().all().item<bool>());
}

TEST(RidgeWeights, FeaturesThatAreNotFiniteAreAnErrorOfTheirOwn) {
  Tensor x = normal(Key{1}, {2, 4, 8}, at::kDouble);
  x[1][0][0] = std::numeric_limits<double>::infinity();
  const Error error = error_of([&] { ridge_weights(x, x.narrow(2, 0, 2), number(1)); });
  EXPECT_EQ(error.kind(), ErrorKind::numeric);
  EXPECT_NE(error.message().find("episode 1 are not finite"), std::string::npos);
}

TEST(Oracle, RidgeHypergradient) {
  // X^T X = diag(1, 4), X^T y = (2, 4), lambda 1: w = (1, .8); outer loss |w - (.5, .5)|^2 / 2.
  const Tensor x = numbers({1, 0, 0, 2}, {1, 2, 2});
  const Tensor lambda = leaf(number(1));
  const Tensor w = ridge_weights(x, numbers({2, 2}, {1, 2, 1}), lambda);
  EXPECT_LT(distance(w, numbers({1, .8}, {1, 2, 1})), 1e-15);
  const Tensor outer = (w - .5).square().sum() / 2;
  EXPECT_NEAR(outer.item<double>(), .17, 1e-14);
  EXPECT_NEAR(gradients(outer, {lambda}, false)[0].item<double>(), -.298, 1e-14);
}

}  // namespace
}  // namespace inkling
