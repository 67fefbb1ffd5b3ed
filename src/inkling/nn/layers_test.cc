#include "inkling/nn/layers.h"

#include <gtest/gtest.h>

#include "inkling/tensor/test_help.h"

namespace inkling {
namespace {

using testing_help::distance;
using testing_help::numbers;

TEST(Layers, LinearByHand) {
  const Tensor x = numbers({1, 2, 3, 4}, {1, 2, 2});
  const Tensor weight = numbers({1, 0, -1, 2, 1, 0}, {2, 3});
  EXPECT_TRUE(at::equal(inkling::linear(x, weight), numbers({5, 2, -1, 11, 4, -3}, {1, 2, 3})));
  EXPECT_TRUE(at::equal(inkling::linear(x, weight, numbers({10, 20, 30}, {3})),
                        numbers({15, 22, 29, 21, 24, 27}, {1, 2, 3})));
}

TEST(Layers, LinearWithWeightsAnEpisodeIsEachEpisodesOwn) {
  const Tensor x = normal(Key{1}, {3, 4, 2}, at::kDouble);
  const Tensor weight = normal(Key{2}, {3, 2, 5}, at::kDouble);
  const Tensor bias = normal(Key{3}, {3, 5}, at::kDouble);
  const Tensor all = inkling::linear(x, weight, bias);
  for (std::int64_t e = 0; e < 3; ++e) {
    EXPECT_LT(distance(all[e], inkling::linear(x.narrow(0, e, 1), weight[e], bias[e])[0]), 1e-14);
  }
}

TEST(Layers, LookupReadsSharedTablesAndEachEpisodesOwn) {
  const Tensor table = normal(Key{1}, {2, 5, 3}, at::kDouble);
  const Tensor ids = tensor_of(std::vector<std::int64_t>{0, 4, 2, 1, 1, 3}).reshape({2, 3, 1});
  const Tensor shared = inkling::lookup(table[1], ids);
  const Tensor own = inkling::lookup(table, ids);
  EXPECT_EQ(own.sizes(), (at::IntArrayRef{2, 3, 1, 3}));
  for (std::int64_t e = 0; e < 2; ++e) {
    for (std::int64_t u = 0; u < 3; ++u) {
      const std::int64_t id = ids[e][u][0].item<std::int64_t>();
      EXPECT_TRUE(at::equal(own[e][u][0], table[e][id]));
      EXPECT_TRUE(at::equal(shared[e][u][0], table[1][id]));
    }
  }
}

TEST(Layers, WindowsHoldTheNeighboursAndZerosBeyondTheEnds) {
  const Tensor x = numbers({1, 2, 3}, {1, 1, 3, 1});
  EXPECT_TRUE(at::equal(inkling::windows(x, 1), x));
  EXPECT_TRUE(at::equal(inkling::windows(x, 2), numbers({1, 2, 2, 3, 3, 0}, {1, 1, 3, 2})));
  EXPECT_TRUE(
      at::equal(inkling::windows(x, 3), numbers({0, 1, 2, 1, 2, 3, 2, 3, 0}, {1, 1, 3, 3})));
  EXPECT_TRUE(at::equal(inkling::windows(x, 4),
                        numbers({0, 1, 2, 3, 1, 2, 3, 0, 2, 3, 0, 0}, {1, 1, 3, 4})));
}

TEST(Layers, WindowsKeepTheNumbersOfAWordTogether) {
  const Tensor x = numbers({1, 2, 3, 4}, {1, 1, 2, 2});
  EXPECT_TRUE(at::equal(inkling::windows(x, 2), numbers({1, 2, 3, 4, 3, 4, 0, 0}, {1, 1, 2, 4})));
}

TEST(Layers, CrossEntropyByHandIsAMeanOverUnitsOfEachEpisode) {
  // softmax(0, ln 3) = (1/4, 3/4)
  const double ln3 = std::log(3.0);
  const Tensor scores = numbers({0, ln3, 0, ln3, 0, 0, 1000, 1000}, {2, 2, 2});
  const Tensor classes = tensor_of(std::vector<std::int64_t>{0, 1, 0, 1}).reshape({2, 2});
  const Tensor loss = inkling::cross_entropy(scores, classes);
  EXPECT_NEAR(loss[0].item<double>(), (std::log(4.0) + std::log(4.0 / 3)) / 2, 1e-14);
  EXPECT_NEAR(loss[1].item<double>(), std::log(2.0), 1e-12);
}

TEST(Layers, SquaredErrorIsAMeanOverUnitsAndOutputs) {
  const Tensor loss =
      squared_error(numbers({1, 2, 3, 4, 0, 0, 0, 0}, {2, 2, 2}), at::ones({2, 2, 2}, at::kDouble));
  EXPECT_TRUE(at::equal(loss, numbers({14.0 / 4, 1}, {2})));
}

}  // namespace
}  // namespace inkling
