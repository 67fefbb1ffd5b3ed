#include "inkling/nn/view_measures.h"

#include <gtest/gtest.h>

#include <cmath>

namespace inkling {
namespace {

Tensor points(const std::vector<double>& values) {
  return tensor_of(std::span<const double>(values),
                   {static_cast<std::int64_t>(values.size()) / 2, 2});
}

TEST(Oracle, AlignmentAndUniformity) {
  // Directions (1, 0), (0, 1), (-1, 0); squared distances 2, 4, 2 between them.
  const Tensor x = points({3, 0, 0, .1, -7, 0});
  const Tensor found = pair_potentials(x);
  ASSERT_EQ(found.numel(), 3);
  EXPECT_NEAR(found[0].item<double>(), std::exp(-4.), 1e-15);
  EXPECT_NEAR(found[1].item<double>(), std::exp(-8.), 1e-15);
  EXPECT_NEAR(found[2].item<double>(), std::exp(-4.), 1e-15);
  const Tensor apart = alignments(x, points({1, 0, 1, 0, 1, 0}));
  EXPECT_NEAR(apart[0].item<double>(), 0, 1e-15);
  EXPECT_NEAR(apart[1].item<double>(), 2, 1e-15);
  EXPECT_NEAR(apart[2].item<double>(), 4, 1e-15);
}

TEST(ViewMeasures, ATextWithoutWordsIsFinite) {
  const Tensor x = points({0, 0, 1, 0});
  EXPECT_DOUBLE_EQ(alignments(x, x).sum().item<double>(), 0);
  EXPECT_NEAR(pair_potentials(x)[0].item<double>(), std::exp(-2.), 1e-15);
  EXPECT_EQ(pair_potentials(x.narrow(0, 0, 1)).numel(), 0);
}

}  // namespace
}  // namespace inkling
