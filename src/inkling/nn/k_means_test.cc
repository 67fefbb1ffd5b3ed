#include "inkling/nn/k_means.h"

#include <gtest/gtest.h>

#include <set>

#include "inkling/base/error.h"
#include "inkling/tensor/test_help.h"

namespace inkling {
namespace {

using testing_help::error_of;
using testing_help::numbers;

/// Five groups of points around centres far apart, one after the other in turn.
struct Groups {
  static constexpr std::int64_t kCount = 5;
  Tensor centres = 20 * at::eye(kCount, at::kDouble);
  Tensor truth = at::arange(200).remainder(kCount);
  Tensor points = centres.index_select(0, truth) + normal(Key{4}, {200, kCount}, at::kDouble);
};

/// Hubert and Arabie's index of how far two partitions agree; 1: they are one.
double adjusted_rand(const Tensor& a, const Tensor& b, std::int64_t count) {
  const Tensor table = at::bincount(a * count + b, {}, count * count).reshape({count, count});
  const auto pairs = [](const Tensor& n) {
    return (n * (n - 1) / 2).sum().to(at::kDouble).item<double>();
  };
  const double both = pairs(table);
  const double in_a = pairs(table.sum(1));
  const double in_b = pairs(table.sum(0));
  const double expected = in_a * in_b / pairs(at::full({}, a.size(0), at::kLong));
  return (both - expected) / ((in_a + in_b) / 2 - expected);
}

TEST(Oracle, Cactus) {
  const Groups groups;
  for (std::uint64_t key = 0; key < 5; ++key) {
    const Clusters found = k_means(groups.points, Groups::kCount, Key{key});
    EXPECT_DOUBLE_EQ(adjusted_rand(found.of, groups.truth, Groups::kCount), 1) << key;
  }
}

TEST(KMeans, CentresAreTheMeansOfTheirPoints) {
  const Groups groups;
  const Clusters found = k_means(groups.points, 3, Key{1});
  double spread = 0;
  for (std::int64_t cluster = 0; cluster < 3; ++cluster) {
    const Tensor own = groups.points.index_select(0, at::nonzero(found.of.eq(cluster)).squeeze(1));
    EXPECT_TRUE(at::allclose(own.mean(0), found.centres[cluster]));
    spread += (own - own.mean(0)).square().sum().item<double>();
  }
  EXPECT_NEAR(found.spread, spread / 200, 1e-10);
}

TEST(KMeans, EqualPointsMakeClustersThatAreEmptyNoTrouble) {
  const Clusters found = k_means(numbers({1, 1, 1, 1, 5}, {5, 1}), 3, Key{});
  EXPECT_EQ(found.spread, 0);
  EXPECT_NE(found.of[0].item<std::int64_t>(), found.of[4].item<std::int64_t>());
}

TEST(KMeans, FewerPointsThanClustersAreRefused) {
  EXPECT_EQ(error_of([] { k_means(numbers({1, 2}, {2, 1}), 3, Key{}); }).kind(), ErrorKind::usage);
}

}  // namespace
}  // namespace inkling
