#include "inkling/nn/linear_chain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "inkling/tensor/test_help.h"

namespace inkling {
namespace {

using testing_help::distance;

constexpr std::int64_t kTags = 3;

struct Chain {
  Tensor scores;
  Tensor offsets;
  ChainWeights weights;

  std::vector<Tensor> all() const {
    return {scores, weights.transitions, weights.starts, weights.ends};
  }
  Tensor sums() const { return log_partition(scores, offsets, weights); }
  Tensor sums_by_operators() const { return log_partition_by_operators(scores, offsets, weights); }
};

/// Sentences of several lengths, empty ones among them.
/// @param episodes  0: weights without that axis
Chain chain(std::int64_t episodes = 0, double scale = 1) {
  const Tensor offsets = tensor_of(std::vector<std::int64_t>{0, 0, 4, 5, 8, 8, 10});
  const auto drawn = [&](std::uint64_t stream, std::vector<std::int64_t> shape) {
    if (stream > 0 && episodes > 0) shape.insert(shape.begin(), episodes);
    return leaf(normal(Key{3}.fold(stream), shape, at::kDouble) * scale);
  };
  return {drawn(0, {10, kTags}),
          offsets,
          {drawn(1, {kTags, kTags}), drawn(2, {kTags}), drawn(3, {kTags})}};
}

/// Of each path of sentence `n` its tags and score, written out.
std::vector<std::pair<std::vector<std::int64_t>, double>> paths(const Chain& of, std::int64_t n,
                                                                std::int64_t episode = -1) {
  const auto begin = of.offsets[n].item<std::int64_t>();
  const auto length = of.offsets[n + 1].item<std::int64_t>() - begin;
  const auto own = [&](const Tensor& x) { return episode < 0 ? x : x[episode]; };
  const auto number = [](const Tensor& x) { return x.item<double>(); };
  std::int64_t count = 1;
  for (std::int64_t t = 0; t < length; ++t) count *= kTags;
  std::vector<std::pair<std::vector<std::int64_t>, double>> found;
  for (std::int64_t path = 0; path < count; ++path) {
    std::vector<std::int64_t> tags;
    double score = 0;
    for (std::int64_t t = 0, rest = path; t < length; ++t, rest /= kTags) {
      const std::int64_t tag = rest % kTags;
      score += number(of.scores[begin + t][tag]);
      score += t == 0 ? number(own(of.weights.starts)[tag])
                      : number(own(of.weights.transitions)[tags.back()][tag]);
      tags.push_back(tag);
    }
    score += number(own(of.weights.ends)[tags.back()]);
    found.emplace_back(tags, score);
  }
  return found;
}

double log_sum(const std::vector<std::pair<std::vector<std::int64_t>, double>>& all) {
  double sum = 0;
  for (const auto& [tags, score] : all) sum += std::exp(score);
  return std::log(sum);
}

TEST(LinearChain, SumsOverAllPaths) {
  const Chain of = chain();
  const Tensor sums = of.sums();
  EXPECT_EQ(sums[0].item<double>(), 0);  // an empty sentence has one path, of score 0
  EXPECT_EQ(sums[4].item<double>(), 0);
  for (const std::int64_t n : {1, 2, 3, 5}) {
    EXPECT_NEAR(sums[n].item<double>(), log_sum(paths(of, n)), 1e-12) << n;
  }
  EXPECT_LT(distance(sums, of.sums_by_operators()), 1e-12);
}

TEST(LinearChain, EpisodesHaveWeightsOfTheirOwn) {
  const Chain of = chain(2);
  const Tensor sums = of.sums();
  EXPECT_NEAR(sums[1].item<double>(), log_sum(paths(of, 1, 0)), 1e-12);
  EXPECT_NEAR(sums[3].item<double>(), log_sum(paths(of, 3, 1)), 1e-12);
  EXPECT_LT(distance(sums, of.sums_by_operators()), 1e-12);
}

TEST(LinearChain, BestPathIsTheOneOfTheHighestScore) {
  for (const std::int64_t episodes : {0, 2}) {
    const Chain of = chain(episodes);
    const Tensor best = best_path(of.scores, of.offsets, of.weights);
    const Tensor score = path_score(of.scores, best, of.offsets, of.weights);
    for (const std::int64_t n : {1, 2, 3, 5}) {
      const auto all = paths(of, n, episodes == 0 ? -1 : n / 3);
      const auto wanted =
          std::ranges::max_element(all, {}, [](const auto& path) { return path.second; });
      const auto begin = of.offsets[n].item<std::int64_t>();
      for (std::size_t t = 0; t < wanted->first.size(); ++t) {
        EXPECT_EQ(best[begin + static_cast<std::int64_t>(t)].item<std::int64_t>(),
                  wanted->first[t]);
      }
      EXPECT_NEAR(score[n].item<double>(), wanted->second, 1e-12);
    }
  }
}

/// A number that depends on every sum, each in its own way.
Tensor probe(const Tensor& sums) {
  return (sums * normal(Key{4}, sums.sizes(), sums.options())).sum() + sums.pow(3).sum();
}

/// The order-th gradients of the probe, each order by the sum of squares of the one before.
std::vector<Tensor> derivatives(const Tensor& sums, const std::vector<Tensor>& inputs, int order) {
  Tensor value = probe(sums);
  for (int i = 1; i < order; ++i) {
    Tensor next;
    for (const Tensor& gradient : gradients(value, inputs, true)) {
      next = next.defined() ? next + gradient.square().sum() : gradient.square().sum();
    }
    value = next;
  }
  return gradients(value, inputs, false);
}

class ChainDerivative : public testing::TestWithParam<std::tuple<int, int>> {};

TEST_P(ChainDerivative, IsThatOfTheOperators) {
  const auto [order, episodes] = GetParam();
  const Chain of = chain(episodes, 0.5);
  const auto found = derivatives(of.sums(), of.all(), order);
  const auto wanted = derivatives(of.sums_by_operators(), of.all(), order);
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_LT(distance(found[i], wanted[i]), 1e-11 * (1 + wanted[i].abs().max().item<double>()))
        << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Orders, ChainDerivative,
                         testing::Combine(testing::Values(1, 2, 3), testing::Values(0, 2)));

TEST(LinearChain, ProbabilitiesOfTagsSumToOne) {
  const Chain of = chain(0, 3);
  const Tensor found = tag_probabilities(of.scores, of.offsets, of.weights);
  EXPECT_LT(distance(found.sum(1), at::ones({10}, at::kDouble)), 1e-12);
  const auto all = paths(of, 2);
  const double sum = log_sum(all);
  for (const auto& [tags, score] : all) {
    EXPECT_NEAR(found[4][tags[0]].item<double>(), std::exp(score - sum), 1e-12);
  }
}

TEST(LinearChain, ForbiddenTransitionsHaveNoProbability) {
  Chain of = chain();
  const double never = -std::numeric_limits<double>::infinity();
  Tensor transitions = of.weights.transitions.detach().clone();
  transitions[0][1] = never;
  of.weights.transitions = leaf(transitions);
  of.weights.starts = leaf(
      of.weights.starts.detach().index_fill(0, tensor_of(std::vector<std::int64_t>{2}), never));
  EXPECT_NEAR(of.sums()[1].item<double>(), log_sum(paths(of, 1)), 1e-12);
  const auto found = gradients(of.sums().sum(), of.all(), false);
  EXPECT_EQ(found[1][0][1].item<double>(), 0);
  EXPECT_EQ(found[2][2].item<double>(), 0);
  EXPECT_TRUE(at::isfinite(found[0]).all().item<bool>());
}

TEST(LinearChain, WhereEveryPathIsForbiddenThereIsNoneAndNothingMoves) {
  const double never = -std::numeric_limits<double>::infinity();
  for (const bool at_the_end : {false, true}) {
    Chain of = chain();
    Tensor& closed = at_the_end ? of.weights.ends : of.weights.transitions;
    closed = leaf(at::full_like(closed.detach(), never));
    const Tensor sums = of.sums();
    const auto longest = of.offsets.diff().argmax().item<std::int64_t>();
    EXPECT_EQ(sums[longest].item<double>(), never);
    const auto found = gradients(sums.sum(), of.all(), false);
    for (const Tensor& one : found) EXPECT_FALSE(at::isnan(one).any().item<bool>());
  }
}

TEST(LinearChain, LongSentencesAndLargeScoresStayFinite) {
  const std::int64_t length = 5000;
  Chain of = chain();
  of.offsets = tensor_of(std::vector<std::int64_t>{0, length});
  of.scores = leaf(normal(Key{8}, {length, kTags}, at::kFloat) * 100);
  of.weights = {of.weights.transitions.detach().to(at::kFloat) * 50,
                of.weights.starts.detach().to(at::kFloat), of.weights.ends.detach().to(at::kFloat)};
  const Tensor best = best_path(of.scores, of.offsets, of.weights);
  const Tensor loss = of.sums() - path_score(of.scores, best, of.offsets, of.weights);
  EXPECT_GE(loss.item<double>(), -0.05);  // of float32 sums near 10^6
  EXPECT_LT(loss.item<double>(), length);
  const auto found = gradients(of.sums().sum(), {of.scores}, false);
  EXPECT_LT(distance(found[0].sum(1), at::ones({length}, at::kFloat)), 1e-5);
}

}  // namespace
}  // namespace inkling
