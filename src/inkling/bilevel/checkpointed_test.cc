#include "inkling/bilevel/checkpointed.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "inkling/base/strings.h"
#include "inkling/bilevel/checkpoint_schedule.h"
#include "inkling/bilevel/inner_loop.h"
#include "inkling/bilevel/tensor_bytes.h"
#include "inkling/tensor/test_help.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

using testing_help::distance;
using testing_help::number;

TEST(CheckpointSchedule, KeepsTheBinomialNumberOfSteps) {
  // With all states kept nothing is computed again.
  EXPECT_EQ(recomputed_steps(1, 3), 0);
  EXPECT_EQ(recomputed_steps(4, 3), 0);
  // With none but the last, every other step starts again from the first.
  EXPECT_EQ(recomputed_steps(5, 0), 3 + 2 + 1);
  // At the lengths that t repetitions reach with s = slots + 1 states, (s + t)! / (s! t!), the
  // count is t steps - (s + t)! / ((s + 1)! (t - 1)!) (Griewank 1992), less the way ahead.
  EXPECT_EQ(recomputed_steps(10, 1), 3 * 10 - 10 - 9);
  EXPECT_EQ(recomputed_steps(35, 2), 4 * 35 - 35 - 34);
  EXPECT_EQ(recomputed_steps(70, 3), 4 * 70 - 56 - 69);
}

TEST(CheckpointSchedule, ComputesNoMoreStepsAgainThanTheBestOfAllSchedules) {
  constexpr std::int64_t kSteps = 150;
  // best[n]: over every place of the next state, for n steps and the slots at hand.
  std::vector<std::int64_t> best;
  for (std::int64_t n = 0; n <= kSteps; ++n) best.push_back(n * (n - 1) / 2);
  for (std::int64_t slots = 1; slots <= 10; ++slots) {
    const std::vector<std::int64_t> with_one_less = best;
    for (std::int64_t n = 2; n <= kSteps; ++n) {
      std::int64_t least = n * n;
      for (std::int64_t first = 1; first < n; ++first) {
        least = std::min(least, first + with_one_less[static_cast<std::size_t>(n - first)] +
                                    best[static_cast<std::size_t>(first)]);
      }
      best[static_cast<std::size_t>(n)] = least;
      EXPECT_EQ(recomputed_steps(n, slots), least - (n - 1))
          << n << " steps, " << slots << " slots";
    }
  }
}

TEST(CheckpointSchedule, OfFiveHundredSteps) {
  EXPECT_EQ(recomputed_steps(500, 1), 10044 - 499);
  EXPECT_EQ(recomputed_steps(500, 2), 4680 - 499);
  EXPECT_EQ(recomputed_steps(500, 4), 2576 - 499);
  EXPECT_EQ(recomputed_steps(500, 8), 1714 - 499);
}

struct Outcome {
  Tensor losses;
  std::vector<Tensor> gradients;
  std::int64_t recomputed = 0;
  std::int64_t peak = 0;
};

struct Case {
  std::string encoder = "average dimensions=4 scale=0.5 dropout=0.3";
  TransformPtr transform = sgd();
  Adapt adapt = Adapt::all;
  InnerOptions::Outer outer = InnerOptions::Outer::second_order;
  bool dense = false;
};

Outcome run(const Case& with, std::int64_t steps, std::int64_t checkpoints) {
  const conformance::World world = conformance::world_of(with.encoder, "maml", false);
  const Record record = world.source()->make(std::vector<std::uint64_t>{0, 1, 2});
  const Params meta = localised(*world.learner, world.learner->init(Key{3}), record, true);
  const Network& model = world.learner->model();
  const Tensor rate = leaf(number(.2));
  Context context;
  context.key = Key{8};
  context.training = true;
  context.hyper = {{"learning_rate", rate}, {"momentum", number(.7)}};
  InnerOptions options;
  options.transform = with.transform;
  options.adapt = with.adapt;
  options.outer = with.outer;
  options.dense = with.dense;
  options.checkpoints = checkpoints;
  std::vector<Tensor> inputs;
  for (const auto& [name, value] : meta) {
    if (value.requires_grad()) inputs.push_back(value);
  }
  inputs.push_back(rate);
  Outcome outcome;
  outcome.peak = peak_bytes([&] {
    InnerLoop loop(model, meta, record.support, record.support_targets, context, options);
    loop.advance(steps);
    EXPECT_EQ(loop.steps(), steps);
    const Tensor losses = model.loss(loop.scores(record.query), record.query_targets, context);
    outcome.losses = losses.detach();
    outcome.gradients = gradients(losses.sum(), inputs, false);
    outcome.recomputed = loop.recomputed();
  });
  return outcome;
}

void expect_same(const Case& with, const std::string& what) {
  const Outcome plain = run(with, 9, 0);
  const Outcome few = run(with, 9, 2);
  EXPECT_LT(distance(few.losses, plain.losses), 1e-14) << what;
  EXPECT_EQ(plain.recomputed, 0);
  EXPECT_EQ(few.recomputed, recomputed_steps(9, 2)) << what;
  for (std::size_t i = 0; i < plain.gradients.size(); ++i) {
    EXPECT_GT(plain.gradients[i].abs().max().item<double>(), 1e-5) << what << " " << i;
    EXPECT_LT(distance(few.gradients[i], plain.gradients[i]), 1e-12) << what << " " << i;
  }
}

TEST(Checkpointed, GradientEqualsThatOfAllStatesKept) {
  expect_same({}, "factored, with dropout");
  expect_same({.dense = true}, "dense, with dropout");
  expect_same({.transform = momentum()}, "momentum");
  expect_same({.transform = chain({clip(.5, true), adam()})}, "clipped Adam");
  expect_same({.adapt = Adapt::head}, "head");
  expect_same({.adapt = Adapt::body}, "body");
  expect_same({.outer = InnerOptions::Outer::first_order}, "first order");
  expect_same({.encoder = "cnn dimensions=4 filters=5 widths=2,3 scale=0.5 dropout=0.3"}, "cnn");
}

TEST(Checkpointed, MemoryDoesNotGrowWithTheSteps) {
  constexpr std::int64_t kSlots = 4;
  for (const bool dense : {false, true}) {
    const Case with{.dense = dense};
    // Enough that a state beyond the kept ones is computed again, as among many.
    const Outcome few = run(with, 10, kSlots);
    const Outcome many = run(with, 500, kSlots);
    const Outcome all = run(with, 500, 0);
    EXPECT_GT(few.peak, 0);
    EXPECT_LT(static_cast<double>(many.peak), 1.1 * static_cast<double>(few.peak));
    EXPECT_GT(all.peak, 10 * many.peak) << "nothing was to be saved";
    EXPECT_EQ(many.recomputed, recomputed_steps(500, kSlots));
    RecordProperty(cat("peak_bytes_10_steps_", dense ? "dense" : "factored"), few.peak);
    RecordProperty(cat("peak_bytes_500_steps_", dense ? "dense" : "factored"), many.peak);
    RecordProperty("recomputed_of_500", many.recomputed);
    for (std::size_t i = 0; i < all.gradients.size(); ++i) {
      EXPECT_LT(distance(many.gradients[i], all.gradients[i]), 1e-9) << i;
    }
  }
}

}  // namespace
}  // namespace inkling
