#include "inkling/tensor/tensor.h"

#include <gtest/gtest.h>

#include "inkling/tensor/test_help.h"

namespace inkling {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::number;
using testing_help::numbers;

TEST(Tensor, RandomNumbersAreAPureFunctionOfTheKey) {
  const Tensor first = normal(Key{3}, {4, 5}, at::kDouble);
  EXPECT_TRUE(at::equal(normal(Key{3}, {4, 5}, at::kDouble), first));
  EXPECT_TRUE(at::equal(normal(Key{3}, {20}, at::kDouble).reshape({4, 5}), first))
      << "the shape only folds them";
  EXPECT_TRUE(at::equal(normal(Key{3}, {4, 5}, at::kFloat), first.to(at::kFloat)));
  EXPECT_GT(distance(normal(Key{4}, {4, 5}, at::kDouble), first), .01);
  EXPECT_TRUE(at::equal(uniform(Key{3}, {9}, -1, 2, at::kDouble),
                        uniform(Key{3}, {9}, -1, 2, at::kDouble)));
}

TEST(Tensor, NormalNumbersHaveMeanZeroAndVarianceOne) {
  const Tensor x = normal(Key{1}, {100000}, at::kDouble);
  EXPECT_NEAR(x.mean().item<double>(), 0, 5 / std::sqrt(1e5));
  EXPECT_NEAR(x.square().mean().item<double>(), 1, 5 * std::sqrt(2 / 1e5));
}

TEST(Tensor, UniformNumbersFillTheirRange) {
  const Tensor x = uniform(Key{1}, {100000}, -1, 3, at::kDouble);
  EXPECT_GE(x.min().item<double>(), -1);
  EXPECT_LT(x.max().item<double>(), 3);
  EXPECT_NEAR(x.mean().item<double>(), 1, 5 * std::sqrt(16.0 / 12 / 1e5));
  EXPECT_NEAR(x.min().item<double>(), -1, .001);
}

TEST(Tensor, DropoutComputedAgainDropsTheSame) {
  const Tensor x = normal(Key{1}, {37}, at::kDouble);
  const Tensor once = dropout(x, .4, Key{5});
  EXPECT_TRUE(at::equal(dropout(x, .4, Key{5}), once));
  EXPECT_TRUE(at::equal((dropout(2 * x, .4, Key{5}) == 0), (once == 0)));
  EXPECT_FALSE(at::equal((dropout(x, .4, Key{6}) == 0), (once == 0)));
  EXPECT_TRUE(at::equal(dropout(x, 0, Key{5}), x));
}

TEST(Tensor, DropoutKeepsTheExpectation) {
  for (const double p : {.1, .5, .9}) {
    const Tensor x = dropout(at::ones({100000}, at::kDouble), p, Key{2});
    EXPECT_NEAR((x == 0).to(at::kDouble).mean().item<double>(), p,
                5 * std::sqrt(p * (1 - p) / 1e5));
    EXPECT_NEAR(x.max().item<double>(), 1 / (1 - p), 1e-6);
    EXPECT_NEAR(x.mean().item<double>(), 1, 5 * std::sqrt(p / (1 - p) / 1e5));
  }
}

TEST(Tensor, GradientOfDropoutIsItsMask) {
  const Tensor x = leaf(at::ones({40}, at::kDouble));
  const Tensor y = dropout(x, .5, Key{2});
  EXPECT_TRUE(at::equal(gradients(y.sum(), {x}, false)[0], y.detach()));
}

TEST(Tensor, GradientsAreZerosWhereThereIsNoInfluence) {
  const Tensor x = leaf(numbers({1, 2}, {2}));
  const Tensor other = leaf(numbers({1, 2, 3}, {1, 3}));
  const auto found = gradients((x * x).sum(), {other, x}, false);
  EXPECT_TRUE(at::equal(found[0], at::zeros({1, 3}, at::kDouble)));
  EXPECT_TRUE(at::equal(found[1], numbers({2, 4}, {2})));
  EXPECT_TRUE(at::equal(gradients(number(3), {x}, false)[0], at::zeros({2}, at::kDouble)));
}

TEST(Tensor, GradientsCanBeDifferentiatedAgainWhereAsked) {
  const Tensor x = leaf(number(2));
  const Tensor first = gradients(x * x * x, {x}, true)[0];
  EXPECT_EQ(gradients(first, {x}, false)[0].item<double>(), 12);
  EXPECT_FALSE(gradients(x * x * x, {x}, false)[0].requires_grad());
}

TEST(Tensor, AShapeThatDoesNotFitItsValuesIsAnError) {
  EXPECT_EQ(error_of([] { numbers({1, 2, 3}, {2, 2}); }).kind(), ErrorKind::internal);
}

TEST(Tensor, UnknownDevicesAndTypesAreErrorsOfUsage) {
  EXPECT_EQ(error_of([] { device_named("abacus"); }).where().field, "device");
  EXPECT_EQ(error_of([] { device_named("meta"); }).kind(), ErrorKind::usage);
  EXPECT_TRUE(device_named("cpu").is_cpu());
  EXPECT_EQ(error_of([] { dtype_named("float16"); }).where().field, "dtype");
  EXPECT_EQ(dtype_named("float64"), at::kDouble);
}

}  // namespace
}  // namespace inkling
