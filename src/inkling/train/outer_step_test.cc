#include "inkling/train/outer_step.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <set>

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
    all.push_back(
        {[&source](std::span<const std::uint64_t> some) { return source.make(some); }, numbers});
  }
  return all;
}

TEST(MeanGradient, HasTheSameBitsAtAnyNumberOfThreads) {
  const World w = world();
  const auto source = w.source();
  const Params meta = w.learner->init(Key{3});
  const auto at_threads = [&](int threads) {
    Workers workers(threads);
    return mean_gradient(*w.learner, meta, shards(*source, 8, 2), {Key{1}}, workers);
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
  const MeanGradient ones =
      mean_gradient(*w.learner, meta, shards(*source, 4, 1), {Key{1}}, workers);
  const MeanGradient whole =
      mean_gradient(*w.learner, meta, shards(*source, 4, 4), {Key{1}}, workers);
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
  const MeanGradient mean =
      mean_gradient(*w.learner, meta, shards(*source, 3, 2), {Key{1}}, workers);
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

std::function<Record(std::span<const std::uint64_t>)> pass_of(const EpisodeSource& source) {
  return [&source](std::span<const std::uint64_t> numbers) {
    return source.pass(std::vector<std::int64_t>(numbers.begin(), numbers.end()));
  };
}

TEST(MeanGradient, ExamplesCountEachWhateverTheirShard) {
  const World w = world_of("average dimensions=8 scale=0.5", "supervised", false);
  const auto source = w.source();
  const Params meta = w.learner->init(Key{3});
  Workers workers(2);
  const auto of = [&](const std::vector<std::vector<std::uint64_t>>& parts) {
    std::vector<Shard> all;
    for (const auto& part : parts) all.push_back({pass_of(*source), part, true});
    return mean_gradient(*w.learner, meta, all, {Key{1}}, workers);
  };
  const MeanGradient uneven = of({{0, 1, 2, 3, 20}, {30}});
  const MeanGradient whole = of({{0, 1, 2, 3, 20, 30}});
  EXPECT_NEAR(uneven.loss, whole.loss, 1e-13);
  EXPECT_LT(distance(as_dense(uneven.gradients.at(kTable), meta.at(kTable)),
                     as_dense(whole.gradients.at(kTable), meta.at(kTable))),
            1e-13);
}

/// Episodes whose query is not a number where `spoilt` says so.
std::vector<Shard> with_faults(std::vector<Shard> shards, std::set<std::uint64_t> spoilt) {
  for (Shard& shard : shards) {
    shard.make = [make = shard.make, spoilt](std::span<const std::uint64_t> numbers) {
      Record record = make(numbers);
      for (std::size_t e = 0; e < numbers.size(); ++e) {
        if (!spoilt.contains(numbers[e])) continue;
        const Tensor& offsets = record.query.words.offsets;
        const auto texts = record.query.units;
        const auto begin = offsets[static_cast<std::int64_t>(e) * texts].item<std::int64_t>();
        const auto end = offsets[static_cast<std::int64_t>(e + 1) * texts].item<std::int64_t>();
        record.query.words.weights = record.query.words.weights.clone();
        record.query.words.weights.slice(0, begin, end)
            .fill_(std::numeric_limits<double>::quiet_NaN());
      }
      return record;
    };
  }
  return shards;
}

TEST(MeanGradient, FindsTheEpisodesThatAreNotFiniteAndDoesWithoutThem) {
  const World w = world_of("average dimensions=8 scale=0.5", "maml", false);
  const auto source = w.source();
  const Params meta = w.learner->init(Key{3});
  const auto clean = shards(*source, 8, 2);
  const auto faulty = with_faults(clean, {3, 6, 7});
  Workers workers(2);
  EXPECT_FALSE(mean_gradient(*w.learner, meta, faulty, {Key{1}}, workers).finite());
  EXPECT_TRUE(unsound_numbers(*w.learner, meta, clean, {Key{1}}, workers).empty());
  const auto found = unsound_numbers(*w.learner, meta, faulty, {Key{1}}, workers);
  EXPECT_EQ(found, (std::vector<std::uint64_t>{3, 6, 7}));
  const MeanGradient rest =
      mean_gradient(*w.learner, meta, without(faulty, found), {Key{1}}, workers);
  std::vector<Shard> alone = {clean[0]};
  alone[0].numbers = {0, 1, 2, 4, 5};
  const MeanGradient expected = mean_gradient(*w.learner, meta, alone, {Key{1}}, workers);
  EXPECT_NEAR(rest.loss, expected.loss, 1e-13);
  for (const auto& [name, gradient] : rest.gradients) {
    EXPECT_LT(distance(as_dense(gradient, meta.at(name)),
                       as_dense(expected.gradients.at(name), meta.at(name))),
              1e-13)
        << name;
  }
}

TEST(MeanGradient, LeavesFrozenParametersOut) {
  const World w = world_of("average dimensions=8 scale=0.5 tune-vectors=false", "maml", false);
  const auto source = w.source();
  const Params meta = w.learner->init(Key{3});
  Workers workers(1);
  const MeanGradient mean =
      mean_gradient(*w.learner, meta, shards(*source, 2, 2), {Key{1}}, workers);
  EXPECT_THROW(mean.gradients.at(kTable), Error);
  EXPECT_EQ(trained_part(*w.learner, meta).names(),
            (std::vector<std::string>{"head.weight", "head.bias"}));
}

void in_turn(std::int64_t count, const std::function<void(std::int64_t)>& body) {
  for (std::int64_t i = 0; i < count; ++i) body(i);
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
    for (int i = 0; i < steps; ++i) optimiser.step(now, state, gradients, in_turn);
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
    optimiser.step(now, state, table.gradients, in_turn);
    const Params before =
        now.map([](const std::string&, const Tensor& value) { return value.clone(); });
    const Tensor moments = state.slots[0].at(kTable).clone();
    optimiser.step(now, state, other.gradients, in_turn);
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
  optimiser.step(now, state, table.gradients, in_turn);
  const Tensor first = (now.at("head.b") - table.params.at("head.b")).abs();
  const Tensor between = now.at("head.b").clone();
  optimiser.step(now, state, table.gradients, in_turn);
  EXPECT_LT(distance((now.at("head.b") - between).abs() * 2, first), 1e-7);

  options.clip = 1e-3;
  const auto [clipped, clipped_state] = table.stepped(false, 1, options);
  const double norm = clipped_state.slots[0].at("head.b").square().sum().item<double>() +
                      clipped_state.slots[0].at(kTable).square().sum().item<double>();
  EXPECT_NEAR(std::sqrt(norm), .1 * 1e-3, 1e-12);
}

}  // namespace
}  // namespace inkling
