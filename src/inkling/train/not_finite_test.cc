// What a training does with losses, gradients and validations that are no numbers.
#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "inkling/base/file.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/train/meta_training.h"
#include "inkling/train/test_help.h"
#include "inkling/train/training_help.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

using conformance::world_of;
using testing_help::error_of;
using testing_help::expect_resumption_to_the_same_bits;
using testing_help::kNineSteps;
using testing_help::same_bits;
using testing_help::sine_learner;
using testing_help::stopping_at;
using testing_help::Training;
using testing_help::Watched;

/// The bytes of a training's checkpoint; said to be equal or not, since they are no text to print.
std::string checkpoint_in(const std::filesystem::path& folder) {
  return read_file(folder / "last.safetensors");
}

TEST(NotFinite, ALossThatIsNoNumberKeepsTheLastCheckpoint) {
  const TemporaryFolder folder;
  const Learner learner = sine_learner(
      {{"train", {{"steps", "9"}, {"checkpoint-every", "1"}, {"validate-every", "0"}}}});
  const auto train = learner.source(nullptr, learner.shape(), Key{1});
  // Step 4 begins with episode 12.
  const Watched until = stopping_at(*train, 12);
  EXPECT_THROW((Training{learner, until, nullptr}(folder.path() / "before", false)),
               std::runtime_error);
  const Watched spoilt(*train, [&](std::uint64_t number, Record& record) {
    if (number != 12) return;
    record.query_targets.values =
        at::full_like(record.query_targets.values, std::numeric_limits<double>::quiet_NaN());
  });
  const Error error =
      error_of([&] { Training{learner, spoilt, nullptr}(folder.path() / "spoilt", false); });
  EXPECT_EQ(error.kind(), ErrorKind::numeric);
  EXPECT_EQ(error.message(), "the loss of step 4 is not finite in episode 12");
  EXPECT_NE(error.hint().find("--on-nan skip"), std::string::npos) << error.hint();
  EXPECT_TRUE(checkpoint_in(folder.path() / "spoilt") == checkpoint_in(folder.path() / "before"));
}

TEST(NotFinite, NoCheckpointHasParametersWhoseLossIsNoNumber) {
  // The first step's loss is finite, and leads to where no loss is.
  for (const char* steps : {"1", "9"}) {
    const TemporaryFolder folder;
    const Learner learner = sine_learner({{"train",
                                           {{"steps", steps},
                                            {"learning-rate", "1e308"},
                                            {"weight-decay", "1e5"},
                                            {"checkpoint-every", "1"},
                                            {"validate-every", "0"}}}});
    const auto train = learner.source(nullptr, learner.shape(), Key{1});
    const Error error = error_of([&] { Training{learner, *train, nullptr}(folder.path(), false); });
    EXPECT_EQ(error.kind(), ErrorKind::numeric);
    EXPECT_EQ(error.hint().find("kept"), std::string::npos) << error.hint();
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "last.safetensors"));
  }
}

TEST(NotFinite, AValidationThatIsNoNumberIsNeverTheBest) {
  const Learner learner = sine_learner(
      {{"train", {{"steps", "6"}, {"validate-every", "2"}, {"validation-episodes", "2"}}}});
  const auto train = learner.source(nullptr, learner.shape(), Key{1});
  const auto from = learner.source(nullptr, learner.shape(), Key{2});
  int validations = 0;
  const Watched validation(*from, [&](std::uint64_t number, Record& record) {
    if (number == 0 && ++validations == 1) {
      record.query_targets.values =
          at::full_like(record.query_targets.values, std::numeric_limits<double>::quiet_NaN());
    }
  });
  const TrainingOutcome outcome = Training{learner, *train, &validation}({}, false);
  ASSERT_TRUE(outcome.validation);
  EXPECT_TRUE(std::isfinite(*outcome.validation));
  EXPECT_GT(outcome.best_step, 2);
}

/// Episodes of which these have targets that are no numbers, whatever they are computed with.
class Spoilt : public EpisodeSource {
 public:
  Spoilt(const EpisodeSource& from, std::set<std::uint64_t> numbers)
      : from_(from), numbers_(std::move(numbers)) {}
  Record make(std::span<const std::uint64_t> numbers) const override {
    Record record = from_.make(numbers);
    record.query_targets.values = record.query_targets.values.clone();
    for (std::size_t e = 0; e < numbers.size(); ++e) {
      if (numbers_.contains(numbers[e])) {
        record.query_targets.values[static_cast<std::int64_t>(e)].fill_(
            std::numeric_limits<double>::quiet_NaN());
      }
    }
    return record;
  }

 private:
  const EpisodeSource& from_;
  std::set<std::uint64_t> numbers_;
};

TEST(NotFinite, EpisodesThatAreNoNumbersAreSkippedAndCountedWhereAsked) {
  const TemporaryFolder folder;
  ConfigValues values = kNineSteps;
  values["train"]["on-nan"] = "skip";
  const Learner learner = sine_learner(values);
  const auto train = learner.source(nullptr, learner.shape(), Key{1});
  const auto validation = learner.source(nullptr, learner.shape(), Key{2});
  const Spoilt spoilt(*train, {13, 14, 22});
  const Training run{learner, spoilt, validation.get()};
  const TrainingOutcome outcome = run(folder.path() / "one", false, 1);
  EXPECT_EQ(outcome.skipped, 3);
  EXPECT_EQ(outcome.steps, 9);
  EXPECT_FALSE(
      same_bits(outcome.params, Training{learner, *train, validation.get()}({}, false).params));
  const std::string log = read_file(folder.path() / "one" / "metrics.jsonl");
  EXPECT_NE(log.find("\"step\":4"), std::string::npos) << log;
  EXPECT_NE(log.find("\"skipped\":2"), std::string::npos) << log;
  EXPECT_TRUE(same_bits(run(folder.path() / "two", false, 2).params, outcome.params));
  expect_resumption_to_the_same_bits(learner, spoilt, *validation);
}

TEST(NotFinite, AStepOfWhichNothingIsFiniteStopsInAnyCase) {
  const Learner learner = sine_learner({{"train", {{"steps", "9"}, {"on-nan", "skip"}}}});
  const auto train = learner.source(nullptr, learner.shape(), Key{1});
  const Spoilt spoilt(*train, {8, 9, 10, 11});
  const Error error = error_of([&] { Training{learner, spoilt, nullptr}({}, false); });
  EXPECT_EQ(error.message(), "the loss of step 3 is not finite in all its 4 episodes");
}

TEST(NotFinite, WhatIsLeftAfterSkippingMustBeFiniteToo) {
  // Losses of 1.4e308 are finite; the mean of two of them, by their sum, is not.
  const Learner learner = sine_learner(
      {{"episodes", {{"queries", "1"}}},
       {"train", {{"steps", "9"}, {"shard", "1"}, {"on-nan", "skip"}, {"validate-every", "0"}}}});
  const auto train = learner.source(nullptr, learner.shape(), Key{1});
  const Watched spoilt(*train, [](std::uint64_t number, Record& record) {
    if (number < 5) return;
    const double value = number == 5 ? std::numeric_limits<double>::quiet_NaN() : 1.2e154;
    record.query_targets.values = at::full_like(record.query_targets.values, value);
  });
  const Error error = error_of([&] { Training{learner, spoilt, nullptr}({}, false); });
  EXPECT_EQ(error.kind(), ErrorKind::numeric);
  EXPECT_EQ(error.message(), "the loss of step 2 is not finite without the 1 left out");
}

TEST(NotFinite, WhatAMethodCannotComputeIsSaidWithTheStepAndTheEpisode) {
  for (const bool all : {false, true}) {
    const auto world =
        world_of("average dimensions=8 scale=0.5", "ridge lambda=0", false,
                 {{"train", {{"steps", "3"}, {"meta-batch", "4"}, {"validate-every", "0"}}}});
    const auto train = world.source();
    // Equal texts.
    const Watched spoilt(*train, [&](std::uint64_t number, Record& record) {
      if (number != 6 && !(all && number > 3)) return;
      record.support.words.ids = at::zeros_like(record.support.words.ids);
    });
    const Error error = error_of([&] { Training{*world.learner, spoilt, nullptr}({}, false); });
    EXPECT_EQ(error.kind(), ErrorKind::numeric);
    EXPECT_EQ(error.message(), cat("step 2 in ", all ? "all its 4 episodes" : "episode 6",
                                   ": the ridge system is singular: its examples are not "
                                   "independent"));
    EXPECT_EQ(error.where().field, "lambda");
    EXPECT_EQ(error.hint(), all ? "use a larger --lambda"
                                : "use a larger --lambda, or leave such out by --on-nan skip");
  }
}

TEST(NotFinite, AnExampleThatIsNoNumberIsNamedByItsPlace) {
  const auto world = world_of("average dimensions=4", "supervised", false,
                              {{"train", {{"steps", "5"}, {"batch", "48"}}}});
  const auto source = world.source({2, 0, 0});
  class OneSpoilt : public EpisodeSource {
   public:
    explicit OneSpoilt(const EpisodeSource& from) : from_(from) {}
    Record make(std::span<const std::uint64_t> numbers) const override {
      return from_.make(numbers);
    }
    std::int64_t examples() const override { return from_.examples(); }
    Record pass(std::span<const std::int64_t> places) const override {
      Record record = from_.pass(places);
      for (std::size_t i = 0; i < places.size(); ++i) {
        if (places[i] != 17) continue;
        const Tensor& offsets = record.query.words.offsets;
        const auto at = static_cast<std::int64_t>(i);
        record.query.words.weights = record.query.words.weights.clone();
        record.query.words.weights
            .slice(0, offsets[at].item<std::int64_t>(), offsets[at + 1].item<std::int64_t>())
            .fill_(std::numeric_limits<double>::quiet_NaN());
      }
      return record;
    }

   private:
    const EpisodeSource& from_;
  };
  const Error error =
      error_of([&] { Training{*world.learner, OneSpoilt(*source), nullptr}({}, false); });
  EXPECT_EQ(error.message(), "the loss of step 1 is not finite in example 17");
}

TEST(NotFinite, AGradientThatOverflowsIsNotStepped) {
  // Cosines times 1e37 are float32; their derivatives by short features are not.
  const TemporaryFolder folder;
  const auto world = world_of(
      "average dimensions=8 scale=0.001", "protonet distance=cosine logit-scale=1e37", true,
      {{"train", {{"steps", "3"}, {"checkpoint-every", "1"}, {"dtype", "float32"}}}});
  const auto train = world.source();
  const Error error =
      error_of([&] { Training{*world.learner, *train, nullptr}(folder.path(), false); });
  EXPECT_EQ(error.kind(), ErrorKind::numeric);
  EXPECT_NE(error.message().find("gradient of step 1"), std::string::npos) << error.what();
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "last.safetensors"));
}

}  // namespace
}  // namespace inkling
