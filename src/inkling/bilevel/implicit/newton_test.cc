#include "inkling/bilevel/implicit/newton.h"

#include <gtest/gtest.h>

#include <cmath>

#include "inkling/tensor/test_help.h"

namespace inkling {
namespace {

/// Softmax-like, strictly convex: sum log cosh(A w - b) + .005 |w|^2.
Tensor convex(const Params& params, const Hyper&) {
  const Tensor a = at::arange(12, at::kDouble).reshape({4, 3}).cos();
  const Tensor b = at::arange(4, at::kDouble);
  const Tensor w = params.at("w");
  return (at::mv(a, w) - b).cosh().log().sum() + .005 * w.square().sum();
}

const Params kZeros = {{"w", at::zeros({3}, at::kDouble)}};

TEST(Newton, ReachesTheMinimumOfAConvexLoss) {
  const Minimum found = minimised(convex, kZeros, {}, 1, {.share = 1e-9});
  EXPECT_TRUE(found.reached);
  const Curvature there(convex, found.params);
  EXPECT_LT(std::sqrt(dot(there.gradient(), there.gradient())), 1e-9);
  EXPECT_EQ(found.loss, convex(found.params, {}).item<double>());
  const Minimum again = minimised(convex, found.params, {}, 1, {.share = 1e-9});
  EXPECT_EQ(again.steps, 0);
  EXPECT_EQ(again.products, 0);
}

TEST(Newton, SaysWhereItDidNotArrive) {
  const Minimum found = minimised(convex, kZeros, {}, 1, {.steps = 1, .share = 1e-9});
  EXPECT_FALSE(found.reached);
  EXPECT_EQ(found.steps, 1);
  EXPECT_GT(found.gradient, 1e-9);
}

TEST(Newton, GoesDownWhereTheLossDoesNotCurveUp) {
  const auto wells = [](const Params& params, const Hyper&) {
    const Tensor w = params.at("w");
    return (w.pow(4) / 4 - w.square() / 2).sum();
  };
  const Params start = {{"w", at::full({2}, .1, at::kDouble)}};
  const Minimum found = minimised(wells, start, {}, 1, {.share = 1e-8});
  EXPECT_TRUE(found.reached);
  EXPECT_LT((found.params.at("w") - 1).abs().max().item<double>(), 1e-7);
}

}  // namespace
}  // namespace inkling
