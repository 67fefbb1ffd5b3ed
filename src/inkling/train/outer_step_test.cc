#include "inkling/train/outer_step.h"

#include <gtest/gtest.h>

#include "inkling/train/test_help.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

using conformance::World;
using conformance::world_of;
using testing_help::distance;

constexpr const char* kTable = "encoder.embedding";

World world(const std::string& type = "float32") {
  return world_of("average dimensions=8 scale=0.5 dropout=0.2", "maml", false,
                  {{"train", {{"dtype", type}}}});
}

std::vector<Shard> shards(const EpisodeSource& source, std::uint64_t episodes, std::uint64_t size) {
  std::vector<Shard> all;
  for (std::uint64_t at = 0; at < episodes; at += size) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t i = at; i < std::min(episodes, at + size); ++i) numbers.push_back(i);
    all.push_back({[&source, numbers] { return source.make(numbers); }, 1});
  }
  return all;
}

TEST(MeanGradient, HasTheSameBitsAtAnyNumberOfThreads) {
  const World w = world();
  const auto source = w.source();
  const Params meta = w.learner->init(Key{3});
  const auto at_threads = [&](int threads) {
    Workers workers(threads);
    return mean_gradient(*w.learner, meta, shards(*source, 8, 2), Key{1}, workers);
  };
  const MeanGradient one = at_threads(1);
  for (const int threads : {2, 3}) {
    const MeanGradient more = at_threads(threads);
    EXPECT_EQ(more.loss, one.loss);
    for (const auto& [name, gradient] : one.gradients) {
      EXPECT_TRUE(at::equal(more.gradients.at(name).value, gradient.value)) << name;
      EXPECT_EQ(gradient.sparse(), name == kTable);
      if (!gradient.sparse()) continue;
      EXPECT_TRUE(at::equal(more.gradients.at(name).rows, gradient.rows));
    }
  }
}

TEST(MeanGradient, DoesNotDependOnHowABatchIsCut) {
  const World w = world_of("average dimensions=8 scale=0.5", "maml", false);
  const auto source = w.source();
  const Params meta = w.learner->init(Key{3});
  Workers workers(2);
  const MeanGradient ones = mean_gradient(*w.learner, meta, shards(*source, 4, 1), Key{1}, workers);
  const MeanGradient whole =
      mean_gradient(*w.learner, meta, shards(*source, 4, 4), Key{1}, workers);
  EXPECT_NEAR(ones.loss, whole.loss, 1e-13);
  for (const auto& [name, gradient] : ones.gradients) {
    EXPECT_LT(distance(as_dense(gradient, meta.at(name)),
                       as_dense(whole.gradients.at(name), meta.at(name))),
              1e-13)
        << name;
  }
}

TEST(MeanGradient, EqualsThatOfDenseParametersInOneGraph) {
  const World w = world_of("average dimensions=8 scale=0.5", "maml", false);
  const auto source = w.source();
  const Params meta = leaves(w.learner->init(Key{3}));
  Workers workers(1);
  const MeanGradient mean = mean_gradient(*w.learner, meta, shards(*source, 3, 2), Key{1}, workers);
  const Record record = source->make(std::vector<std::uint64_t>{0, 1, 2});
  Params local = meta;
  local.set(kTable, meta.at(kTable).index_select(0, record.rows));
  const Tensor loss =
      w.learner->method().meta_loss(w.learner->model(), local, record, w.context()).mean();
  EXPECT_NEAR(mean.loss, loss.item<double>(), 1e-13);
  const auto expected = gradients(loss, meta.tensors(), false);
  std::size_t at = 0;
  for (const auto& [name, value] : meta) {
    EXPECT_LT(distance(as_dense(mean.gradients.at(name), value), expected[at++]), 1e-13) << name;
  }
}

TEST(MeanGradient, AShardCountsByItsWeight) {
  const World w = world_of("average dimensions=8 scale=0.5", "supervised", false);
  const auto source = w.source();
  const Params meta = w.learner->init(Key{3});
  Workers workers(2);
  const auto of = [&](const std::vector<std::vector<std::int64_t>>& parts) {
    std::vector<Shard> all;
    for (const auto& part : parts) {
      all.push_back(
          {[&source, part] { return source->pass(part); }, static_cast<double>(part.size())});
    }
    return mean_gradient(*w.learner, meta, all, Key{1}, workers);
  };
  const MeanGradient uneven = of({{0, 1, 2, 3, 20}, {30}});
  const MeanGradient whole = of({{0, 1, 2, 3, 20, 30}});
  EXPECT_NEAR(uneven.loss, whole.loss, 1e-13);
  EXPECT_LT(distance(as_dense(uneven.gradients.at(kTable), meta.at(kTable)),
                     as_dense(whole.gradients.at(kTable), meta.at(kTable))),
            1e-13);
}

TEST(MeanGradient, LeavesFrozenParametersOut) {
  const World w = world_of("average dimensions=8 scale=0.5 tune-vectors=false", "maml", false);
  const auto source = w.source();
  const Params meta = w.learner->init(Key{3});
  Workers workers(1);
  const MeanGradient mean = mean_gradient(*w.learner, meta, shards(*source, 2, 2), Key{1}, workers);
  EXPECT_THROW(mean.gradients.at(kTable), Error);
  EXPECT_EQ(trained_part(*w.learner, meta).names(),
            (std::vector<std::string>{"head.weight", "head.bias"}));
}

/// A table of six rows and a head, with gradients in rows 1 and 4.
struct Table {
  Params params = {{kTable, normal(Key{1}, {6, 3}, at::kDouble)},
                   {"head.b", normal(Key{2}, {2}, at::kDouble)}};
  Gradients gradients;
  Tensor rows = tensor_of(std::vector<std::int64_t>{1, 4});

  Table() {
    gradients.set(kTable, {normal(Key{3}, {2, 3}, at::kDouble), rows});
    gradients.set("head.b", {normal(Key{4}, {2}, at::kDouble), {}});
  }

  /// After `steps` steps, with the state.
  std::pair<Params, TransformState> stepped(bool lazy, int steps, TrainOptions options = {}) const {
    options.lazy_adam = lazy;
    const OuterOptimiser optimiser(options, 100);
    Params now = params.map([](const std::string&, const Tensor& value) { return value.clone(); });
    TransformState state = optimiser.init(now);
    for (int i = 0; i < steps; ++i) optimiser.step(now, state, gradients);
    return {now, state};
  }
};

TEST(OuterOptimiser, LazyAdamEqualsDenseAdamOnTheFirstStep) {
  const Table table;
  const auto [lazy, lazy_state] = table.stepped(true, 1);
  const auto [dense, dense_state] = table.stepped(false, 1);
  EXPECT_TRUE(testing_help::same_bits(lazy, dense));
  EXPECT_TRUE(testing_help::same_bits(lazy_state.slots[1], dense_state.slots[1]));
  EXPECT_GT(distance(lazy.at(kTable), table.params.at(kTable)), 1e-4);
}

TEST(OuterOptimiser, LazyAdamLeavesRowsWithoutAGradientBitForBit) {
  const Table table;
  Table other;
  other.gradients = {};
  other.gradients.set(
      kTable, {normal(Key{5}, {1, 3}, at::kDouble), tensor_of(std::vector<std::int64_t>{2})});
  other.gradients.set("head.b", {normal(Key{4}, {2}, at::kDouble), {}});
  for (const bool lazy : {true, false}) {
    TrainOptions options;
    options.lazy_adam = lazy;
    options.weight_decay = .1;
    const OuterOptimiser optimiser(options, 100);
    Params now =
        table.params.map([](const std::string&, const Tensor& value) { return value.clone(); });
    TransformState state = optimiser.init(now);
    optimiser.step(now, state, table.gradients);
    const Params before =
        now.map([](const std::string&, const Tensor& value) { return value.clone(); });
    const Tensor moments = state.slots[0].at(kTable).clone();
    optimiser.step(now, state, other.gradients);
    for (std::int64_t row = 0; row < 6; ++row) {
      const bool still = at::equal(now.at(kTable)[row], before.at(kTable)[row]) &&
                         at::equal(state.slots[0].at(kTable)[row], moments[row]);
      EXPECT_EQ(still, lazy && row != 2) << "row " << row;
    }
  }
}

TEST(OuterOptimiser, TheStepIsTheLearningRateWhereGradientsAreSteady) {
  TrainOptions options;
  options.learning_rate = .02;
  const Table table;
  const auto [now, state] = table.stepped(false, 3, options);
  const Tensor moved = now.at("head.b") - table.params.at("head.b");
  const Tensor expected = -3 * .02 * table.gradients.at("head.b").value.sign();
  EXPECT_LT(distance(moved, expected), 1e-6);
  EXPECT_EQ(state.step, 3);
}

TEST(OuterOptimiser, ScheduleAndClipAreAsTheOptionsSay) {
  TrainOptions options;
  options.schedule = "linear";
  options.learning_rate = .02;
  const OuterOptimiser optimiser(options, 2);
  const Table table;
  Params now =
      table.params.map([](const std::string&, const Tensor& value) { return value.clone(); });
  TransformState state = optimiser.init(now);
  optimiser.step(now, state, table.gradients);
  const Tensor first = (now.at("head.b") - table.params.at("head.b")).abs();
  const Tensor between = now.at("head.b").clone();
  optimiser.step(now, state, table.gradients);
  EXPECT_LT(distance((now.at("head.b") - between).abs() * 2, first), 1e-7);

  options.clip = 1e-3;
  const auto [clipped, clipped_state] = table.stepped(false, 1, options);
  const double norm = clipped_state.slots[0].at("head.b").square().sum().item<double>() +
                      clipped_state.slots[0].at(kTable).square().sum().item<double>();
  EXPECT_NEAR(std::sqrt(norm), .1 * 1e-3, 1e-12);
}

}  // namespace
}  // namespace inkling
