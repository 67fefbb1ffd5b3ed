#include "inkling/tasks/sinusoid/sinusoid.h"

#include <gtest/gtest.h>

#include <numbers>

#include "inkling/tensor/test_help.h"

namespace inkling::sinusoid {
namespace {

constexpr std::int64_t kEpisodes = 200;

std::unique_ptr<EpisodeSource> source(Key key = Key{5}, const Options& options = {}) {
  SourceOptions how;
  how.shape = {0, 10, 20};
  how.key = key;
  how.dtype = at::kDouble;
  return make(options)->source(how);
}

Record record(const EpisodeSource& from, std::uint64_t count = kEpisodes) {
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t i = 0; i < count; ++i) numbers.push_back(i);
  return from.make(numbers);
}

TEST(Sinusoid, AnEpisodeIsAPureFunctionOfItsNumber) {
  const Record all = record(*source(), 4);
  const Record third = source()->make(std::vector<std::uint64_t>{2});
  EXPECT_TRUE(at::equal(third.support.dense[0], all.support.dense[2]));
  EXPECT_TRUE(at::equal(third.query_targets.values[0], all.query_targets.values[2]));
  EXPECT_FALSE(at::equal(all.support.dense[1], all.support.dense[2]));
  EXPECT_FALSE(
      at::equal(record(*source(Key{6}), 1).support.dense, all.support.dense.narrow(0, 0, 1)));
}

TEST(Sinusoid, SupportAndQueryAreOfOneWaveInRange) {
  const Record waves = record(*source());
  EXPECT_EQ(waves.support.dense.sizes(), (at::IntArrayRef{kEpisodes, 10, 1}));
  EXPECT_EQ(waves.query.dense.sizes(), (at::IntArrayRef{kEpisodes, 20, 1}));
  EXPECT_LE(at::cat({waves.support.dense, waves.query.dense}, 1).abs().max().item<double>(), 5);
  // y = A sin(x - p) = a sin x + b cos x: a and b from the support.
  const auto basis = [](const Tensor& x) { return at::cat({x.sin(), x.cos()}, -1); };
  const Tensor at_support = basis(waves.support.dense);
  const Tensor transposed = at_support.transpose(1, 2);
  const Tensor ab = at::matmul(at::inverse(at::matmul(transposed, at_support)),
                               at::matmul(transposed, waves.support_targets.values));
  EXPECT_LT(
      testing_help::distance(at::matmul(basis(waves.query.dense), ab), waves.query_targets.values),
      1e-8);
  const Tensor amplitude = ab.square().sum({1, 2}).sqrt();
  EXPECT_GE(amplitude.min().item<double>(), .1);
  EXPECT_LE(amplitude.max().item<double>(), 5);
  EXPECT_NEAR(amplitude.mean().item<double>(), 2.55, 5 * 4.9 / std::sqrt(12.0 * kEpisodes));
  const Tensor phase = at::atan2(-ab.select(1, 1), ab.select(1, 0));
  EXPECT_GE(phase.min().item<double>(), 0);
  EXPECT_LE(phase.max().item<double>(), std::numbers::pi);
}

TEST(Sinusoid, RangesAreOptions) {
  const Options options = {.amplitude_low = 2, .amplitude_high = 2, .range = 1};
  const Record waves = record(*source(Key{5}, options));
  EXPECT_LE(waves.query.dense.abs().max().item<double>(), 1);
  EXPECT_GT(waves.query.dense.abs().max().item<double>(), .99);
  EXPECT_LE(waves.query_targets.values.abs().max().item<double>(), 2);
  EXPECT_GT(waves.query_targets.values.abs().max().item<double>(), 1.9);
}

TEST(Sinusoid, WhatIsMeasuredIsTheMeanSquaredErrorAndLessIsBetter) {
  const auto task = make({});
  EpisodeResult result;
  result.scores = {1, 2};
  result.truth = {1, 4};
  result.outputs = 1;
  EXPECT_EQ(task->measure(result), 2);
  EXPECT_FALSE(task->higher_is_better());
  EpisodeResult other = result;
  other.scores = {1, 4};
  const auto report = task->report(std::vector<EpisodeResult>{result, other}, {}, 1, 0);
  EXPECT_EQ(report["metrics"]["mse"]["value"], 1);
  EXPECT_EQ(report["episodes"], 2);
}

TEST(Sinusoid, HasEpisodesAlone) {
  EXPECT_EQ(source()->examples(), 0);
  EXPECT_EQ(testing_help::error_of([] { source()->pass(std::vector<std::int64_t>{0}); }).kind(),
            ErrorKind::internal);
}

}  // namespace
}  // namespace inkling::sinusoid
