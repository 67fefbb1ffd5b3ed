#include "inkling/methods/hybrid_attention/hybrid_attention.h"

#include <gtest/gtest.h>

#include <cmath>

#include "inkling/methods/hybrid_attention/head.h"
#include "inkling/methods/prototypes.h"
#include "inkling/tensor/test_help.h"
#include "tests/oracle/toy_problems.h"

namespace inkling::hybrid_attention {
namespace {

using testing_help::distance;
using testing_help::numbers;

/// Class 0 has examples (1, 0) and (0, 1), class 1 has (1, 1).
Support support() {
  return {numbers({1, 0, 0, 1, 1, 1}, {1, 3, 2}), numbers({1, 0, 1, 0, 0, 1}, {1, 3, 2}),
          at::ones({1, 2, 2}, at::kDouble)};
}

TEST(HybridAttention, AQueryWeighsTheExamplesOfAClassByHand) {
  // W = 1: example (1, 0) answers tanh(2) to the query (2, 0), example (0, 1) nothing.
  const double share = 1 / (1 + std::exp(-std::tanh(2.0)));
  const Tensor scores =
      attended_scores(numbers({2, 0}, {1, 1, 2}), support(), at::eye(2, at::kDouble));
  EXPECT_NEAR(scores[0][0][0].item<double>(), -(std::pow(share - 2, 2) + std::pow(1 - share, 2)),
              1e-14);
  EXPECT_NEAR(scores[0][0][1].item<double>(), -2, 1e-14);
}

TEST(HybridAttention, FeaturesOfWeightZeroDoNotCount) {
  Support blind = support();
  blind.weights = numbers({1, 1, 1, 0}, {1, 2, 2});
  const Tensor scores = attended_scores(numbers({2, 9}, {1, 1, 2}), blind, at::eye(2, at::kDouble));
  EXPECT_NEAR(scores[0][0][1].item<double>(), -1, 1e-14);
}

TEST(HybridAttention, BeginsAsPlainPrototypesWhereNothingAnswers) {
  const Tensor queries = numbers({2, 0, 1, 3}, {1, 2, 2});
  const Tensor scores = attended_scores(queries, support(), at::zeros({2, 2}, at::kDouble));
  EXPECT_LT(distance(scores, euclidean_scores(queries, numbers({.5, .5, 1, 1}, {1, 2, 2}))), 1e-14);
}

}  // namespace
}  // namespace inkling::hybrid_attention
