#include "inkling/bilevel/linear_loss.h"

#include <gtest/gtest.h>

namespace inkling {
namespace {

struct Regression {
  Tensor features = normal(Key{1}, {37, 11}, at::kDouble);
  Tensor truth = normal(Key{2}, {37}, at::kDouble).gt(0).to(at::kDouble);
  Tensor weights = leaf(normal(Key{3}, {11}, at::kDouble));
  Tensor other = normal(Key{4}, {11}, at::kDouble);

  Tensor each(const Tensor& scores) const { return at::softplus(scores) - scores * truth; }
  Tensor plain() const { return each(at::mv(features, weights)).mean(); }
  Tensor closed() const {
    return linear_loss(features, weights, [this](const Tensor& scores) { return each(scores); });
  }
};

Tensor slope_of(const Tensor& value, const Tensor& weights) {
  return torch::autograd::grad({value}, {weights}, {}, true, true)[0];
}

double apart(const Tensor& a, const Tensor& b) {
  return (a - b).abs().max().item<double>();
}

TEST(LinearLoss, EqualsOperatorsToTheThirdDerivative) {
  const Regression problem;
  const Tensor plain = problem.plain();
  const Tensor closed = problem.closed();
  EXPECT_LT(apart(plain, closed), 1e-15);
  const Tensor plain_slope = slope_of(plain, problem.weights);
  const Tensor closed_slope = slope_of(3 * closed, problem.weights) / 3;
  EXPECT_LT(apart(plain_slope, closed_slope), 1e-15);

  const auto product = [&](const Tensor& slope, bool further) {
    return torch::autograd::grad({slope}, {problem.weights}, {problem.other}, true, further)[0];
  };
  const Tensor expected = product(plain_slope, true);
  EXPECT_LT(apart(expected, product(closed_slope, false)), 1e-15) << "in one pass";
  const Tensor found = product(closed_slope, true);
  EXPECT_LT(apart(expected, found), 1e-15);
  EXPECT_LT(
      apart(slope_of(expected.sum(), problem.weights), slope_of(found.sum(), problem.weights)),
      1e-15);
}

TEST(LinearLoss, TheProductHasTheSameBitsAtAnyThreadCount) {
  const Regression problem;
  const Tensor slope = slope_of(problem.closed(), problem.weights);
  const auto product = [&] {
    return torch::autograd::grad({slope}, {problem.weights}, {problem.other}, true, false)[0];
  };
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const Tensor one = product();
  at::set_num_threads(3);
  EXPECT_TRUE(at::equal(product(), one));
  at::set_num_threads(threads);
}

TEST(LinearLoss, OfALinearLossHasNoCurvature) {
  const Regression problem;
  const Tensor value = linear_loss(problem.features, problem.weights,
                                   [](const Tensor& scores) { return 2 * scores; });
  const Tensor slope = slope_of(value, problem.weights);
  EXPECT_LT(apart(slope, 2 * problem.features.mean(0)), 1e-15);
  const Tensor product =
      torch::autograd::grad({slope}, {problem.weights}, {problem.other}, true, false, true)[0];
  EXPECT_EQ(product.abs().max().item<double>(), 0);
}

}  // namespace
}  // namespace inkling
