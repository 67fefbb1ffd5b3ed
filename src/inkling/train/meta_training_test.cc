#include "inkling/train/meta_training.h"

#include <gtest/gtest.h>

#include <csignal>
#include <limits>
#include <set>

#include "inkling/base/file.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/train/streams.h"
#include "inkling/train/test_help.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

using conformance::world_of;
using testing_help::error_of;
using testing_help::same_bits;
using testing_help::sine_learner;

/// Passes on another source's episodes, and does something at one of them.
class Watched : public EpisodeSource {
 public:
  Watched(const EpisodeSource& from, std::function<void(std::uint64_t, Record&)> watch)
      : from_(from), watch_(std::move(watch)) {}
  Record make(std::span<const std::uint64_t> numbers) const override {
    Record record = from_.make(numbers);
    for (const std::uint64_t number : numbers) watch_(number, record);
    return record;
  }

 private:
  const EpisodeSource& from_;
  std::function<void(std::uint64_t, Record&)> watch_;
};

/// Stops the training that reaches episode `number`, as a crash would.
Watched stopping_at(const EpisodeSource& from, std::uint64_t number) {
  return {from, [number](std::uint64_t at, Record&) {
            if (at == number) throw std::runtime_error("stopped");
          }};
}

struct Training {
  const Learner& learner;
  const EpisodeSource& train;
  const EpisodeSource* validation;

  TrainingOutcome operator()(const std::filesystem::path& folder, bool resume, int threads = 1,
                             const EpisodeSource* instead = nullptr) const {
    TrainingSetup setup;
    setup.train = instead != nullptr ? instead : &train;
    setup.validation = validation;
    setup.folder = folder;
    setup.resume = resume;
    setup.quiet = true;
    Workers workers(threads);
    return meta_train(learner, setup, workers);
  }
};

/// Four episodes a step; a training stopped in step 5, whose last checkpoint is of step 4, goes on
/// to step 9.
void expect_resumption_to_the_same_bits(const Learner& learner, const EpisodeSource& train,
                                        const EpisodeSource& validation) {
  const TemporaryFolder folder;
  const Training run{learner, train, &validation};
  const TrainingOutcome whole = run(folder.path() / "whole", false);
  const Watched crashing = stopping_at(train, 4 * 5 + 1);
  EXPECT_THROW(run(folder.path() / "stopped", false, 1, &crashing), std::runtime_error);
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "stopped" / "last.safetensors"));
  const TrainingOutcome resumed = run(folder.path() / "stopped", true, 2);
  EXPECT_EQ(resumed.steps, 9);
  EXPECT_TRUE(same_bits(resumed.params, whole.params));
  EXPECT_EQ(resumed.validation, whole.validation);
  EXPECT_EQ(resumed.best_step, whole.best_step);
  for (const char* file : {"metrics.jsonl", "last.safetensors"}) {
    EXPECT_TRUE(read_file(folder.path() / "stopped" / file) ==
                read_file(folder.path() / "whole" / file))
        << file;
  }
}

const ConfigValues kNineSteps = {{"train",
                                  {{"steps", "9"},
                                   {"meta-batch", "4"},
                                   {"checkpoint-every", "2"},
                                   {"validate-every", "3"},
                                   {"validation-episodes", "5"},
                                   {"schedule", "cosine"},
                                   {"learning-rate", "0.01"}}}};

TEST(MetaTraining, StoppedAndResumedEndsInTheSameBits) {
  const Learner learner = sine_learner(kNineSteps);
  expect_resumption_to_the_same_bits(learner, *learner.source(nullptr, learner.shape(), Key{1}),
                                     *learner.source(nullptr, learner.shape(), Key{2}));
}

TEST(MetaTraining, OfTextsStoppedAndResumedEndsInTheSameBits) {
  for (const char* lazy : {"true", "false"}) {
    ConfigValues values = kNineSteps;
    values["train"]["lazy-adam"] = lazy;
    values["train"]["dtype"] = "float32";
    const auto world =
        world_of("average dimensions=8 scale=0.5 dropout=0.2", "maml", false, values);
    expect_resumption_to_the_same_bits(*world.learner, *world.source(),
                                       *world.source({2, 2, 3}, Key{12}));
  }
}

TEST(MetaTraining, LearnsAndKeepsTheBestByValidation) {
  const Learner learner = sine_learner({{"train",
                                         {{"steps", "150"},
                                          {"learning-rate", "0.01"},
                                          {"validate-every", "10"},
                                          {"validation-episodes", "20"}}}});
  const auto train = learner.source(nullptr, learner.shape(), Key{1});
  const auto validation = learner.source(nullptr, learner.shape(), Key{2});
  const TrainingOutcome outcome = Training{learner, *train, validation.get()}({}, false);
  Workers workers(1);
  EXPECT_EQ(validate(learner, outcome.params, *validation, workers), outcome.validation);
  EXPECT_LT(*outcome.validation,
            .8 * validate(learner, learner.init(Key{1}), *validation, workers));
  EXPECT_EQ(outcome.best_step % 10, 0);
  EXPECT_EQ(outcome.stopped, "steps");
}

TEST(MetaTraining, ResumingWithAnotherOptionIsAnErrorThatNamesIt) {
  const TemporaryFolder folder;
  const Learner learner = sine_learner({{"train", {{"steps", "2"}}}});
  Training{learner, *learner.source(nullptr, learner.shape(), Key{1}), nullptr}(folder.path(),
                                                                                false);
  const Learner other = sine_learner({{"train", {{"steps", "2"}, {"clip", "3"}}}});
  const Error error = error_of([&] {
    Training{other, *other.source(nullptr, other.shape(), Key{1}), nullptr}(folder.path(), true);
  });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.where().field, "clip");
}

/// A training of `steps` steps that `schedule` says the rate of.
Learner of_length(const char* steps, const char* schedule) {
  return sine_learner({{"train",
                        {{"steps", steps},
                         {"schedule", schedule},
                         {"checkpoint-every", "2"},
                         {"validate-every", "3"},
                         {"validation-episodes", "3"}}}});
}

TEST(MetaTraining, GoesOnToMoreStepsAsIfItHadBeenBegunWithThem) {
  const TemporaryFolder folder;
  const auto train = [&](const char* steps, const char* schedule, const char* to, bool resume) {
    const Learner learner = of_length(steps, schedule);
    const auto source = learner.source(nullptr, learner.shape(), Key{1});
    const auto validation = learner.source(nullptr, learner.shape(), Key{2});
    return Training{learner, *source, validation.get()}(folder.path() / to, resume);
  };
  const TrainingOutcome whole = train("12", "constant", "whole", false);
  train("6", "constant", "longer", false);
  const TrainingOutcome longer = train("12", "constant", "longer", true);
  EXPECT_EQ(longer.steps, 12);
  EXPECT_TRUE(same_bits(longer.params, whole.params));
  EXPECT_EQ(longer.validation, whole.validation);
  EXPECT_TRUE(read_file(folder.path() / "longer" / "last.safetensors") ==
              read_file(folder.path() / "whole" / "last.safetensors"));

  Error error = error_of([&] { train("6", "constant", "longer", true); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_NE(error.message().find("step 12, beyond the 6"), std::string::npos) << error.what();

  train("6", "linear", "decayed", false);
  error = error_of([&] { train("12", "linear", "decayed", true); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.where().field, "steps");
  EXPECT_NE(error.message().find("'linear' over steps = 6, not 12"), std::string::npos)
      << error.what();
}

/// The bytes of a training's checkpoint; said to be equal or not, since they are no text to print.
std::string checkpoint_in(const std::filesystem::path& folder) {
  return read_file(folder / "last.safetensors");
}

TEST(MetaTraining, ALossThatIsNoNumberKeepsTheLastCheckpoint) {
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

TEST(MetaTraining, NoCheckpointHasParametersWhoseLossIsNoNumber) {
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

TEST(MetaTraining, AValidationThatIsNoNumberIsNeverTheBest) {
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

TEST(MetaTraining, EpisodesThatAreNoNumbersAreSkippedAndCountedWhereAsked) {
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

TEST(MetaTraining, AStepOfWhichNothingIsFiniteStopsInAnyCase) {
  const Learner learner = sine_learner({{"train", {{"steps", "9"}, {"on-nan", "skip"}}}});
  const auto train = learner.source(nullptr, learner.shape(), Key{1});
  const Spoilt spoilt(*train, {8, 9, 10, 11});
  const Error error = error_of([&] { Training{learner, spoilt, nullptr}({}, false); });
  EXPECT_EQ(error.message(), "the loss of step 3 is not finite in all its 4 episodes");
}

TEST(MetaTraining, WhatIsLeftAfterSkippingMustBeFiniteToo) {
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

TEST(MetaTraining, WhatAMethodCannotComputeIsSaidWithTheStepAndTheEpisode) {
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

TEST(MetaTraining, AnExampleThatIsNoNumberIsNamedByItsPlace) {
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

TEST(MetaTraining, AGradientThatOverflowsIsNotStepped) {
  // Cosines over 1e-37 are float32; their derivatives by short features are not.
  const TemporaryFolder folder;
  const auto world = world_of(
      "average dimensions=8 scale=0.001", "protonet distance=cosine temperature=1e-37", true,
      {{"train", {{"steps", "3"}, {"checkpoint-every", "1"}, {"dtype", "float32"}}}});
  const auto train = world.source();
  const Error error =
      error_of([&] { Training{*world.learner, *train, nullptr}(folder.path(), false); });
  EXPECT_EQ(error.kind(), ErrorKind::numeric);
  EXPECT_NE(error.message().find("gradient of step 1"), std::string::npos) << error.what();
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "last.safetensors"));
}

TEST(MetaTraining, StopsWhenValidationIsNotBetterSoManyTimes) {
  const TemporaryFolder folder;
  const ConfigValues values = {{"train",
                                {{"steps", "50"},
                                 {"learning-rate", "1e-300"},
                                 {"validate-every", "2"},
                                 {"patience", "3"},
                                 {"validation-episodes", "2"}}}};
  const Learner learner = sine_learner(values);
  const auto train = learner.source(nullptr, learner.shape(), Key{1});
  const auto validation = learner.source(nullptr, learner.shape(), Key{2});
  const Training run{learner, *train, validation.get()};
  const TrainingOutcome outcome = run(folder.path(), false);
  EXPECT_EQ(outcome.stopped, "patience");
  EXPECT_EQ(outcome.best_step, 2);
  EXPECT_EQ(outcome.steps, 8);
  const TrainingOutcome again = run(folder.path(), true);
  EXPECT_EQ(again.stopped, "patience");
  EXPECT_EQ(again.steps, 8) << "a training that stopped is over";
  EXPECT_TRUE(same_bits(again.params, outcome.params));
}

/// Of a text world's examples, in the order they are passed.
class Passes : public EpisodeSource {
 public:
  explicit Passes(const EpisodeSource& from) : from_(from) {}
  Record make(std::span<const std::uint64_t> numbers) const override { return from_.make(numbers); }
  std::int64_t examples() const override { return from_.examples(); }
  Record pass(std::span<const std::int64_t> places) const override {
    seen.insert(seen.end(), places.begin(), places.end());
    sizes.push_back(places.size());
    return from_.pass(places);
  }
  mutable std::vector<std::int64_t> seen;
  mutable std::vector<std::size_t> sizes;

 private:
  const EpisodeSource& from_;
};

TEST(MetaTraining, AnEpochSeesEveryExampleOnceAndEachInAnotherOrder) {
  const auto world = world_of("average dimensions=4", "supervised", false,
                              {{"train", {{"epochs", "2"}, {"batch", "10"}}}});
  const auto source = world.source({2, 0, 0});
  const Passes train(*source);
  EXPECT_EQ(outer_steps(*world.learner, train), 10) << "48 examples in batches of 10, twice";
  Training{*world.learner, train, nullptr}({}, false);
  ASSERT_EQ(train.seen.size(), 96);
  const std::vector<std::int64_t> first(train.seen.begin(), train.seen.begin() + 48);
  const std::vector<std::int64_t> second(train.seen.begin() + 48, train.seen.end());
  EXPECT_EQ(std::set<std::int64_t>(first.begin(), first.end()).size(), 48);
  EXPECT_EQ(std::set<std::int64_t>(second.begin(), second.end()).size(), 48);
  EXPECT_NE(first, second);
}

TEST(MetaTraining, ALargerBatchIsCutInMoreShards) {
  const auto world = world_of("average dimensions=4", "supervised", false,
                              {{"train", {{"epochs", "1"}, {"batch", "40"}}}});
  const auto source = world.source({2, 0, 0});
  const Passes train(*source);
  Training{*world.learner, train, nullptr}({}, false);
  EXPECT_EQ(train.sizes, (std::vector<std::size_t>{16, 16, 8, 8}));
}

TEST(MetaTraining, EpochsOfAMethodOfEpisodesAreAnError) {
  const Learner learner = sine_learner({{"train", {{"epochs", "2"}}}});
  const auto train = learner.source(nullptr, learner.shape(), Key{1});
  EXPECT_EQ(error_of([&] { outer_steps(learner, *train); }).where().field, "epochs");
}

TEST(MetaTraining, StepsDrawEpisodesThatNoStepBeforeHad) {
  const Learner learner = sine_learner({{"train", {{"steps", "3"}, {"shard", "3"}}}});
  const auto train = learner.source(nullptr, learner.shape(), Key{1});
  std::vector<std::uint64_t> seen;
  const Watched watched(*train, [&](std::uint64_t number, Record&) { seen.push_back(number); });
  Training{learner, watched, nullptr}({}, false);
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
}

/// In a process of its own: the request to stop stays with a process.
int interrupted_training() {
  const TemporaryFolder folder;
  const Learner learner = sine_learner(
      {{"train", {{"steps", "50"}, {"checkpoint-every", "40"}, {"validate-every", "0"}}}});
  const auto train = learner.source(nullptr, learner.shape(), Key{1});
  install_signal_handlers();
  const Watched watched(*train, [](std::uint64_t number, Record&) {
    if (number == 12) std::raise(SIGINT);
  });
  try {
    Training{learner, watched, nullptr}(folder.path(), false);
  } catch (const Interrupted&) {
    return std::filesystem::exists(folder.path() / "last.safetensors") ? 42 : 1;
  }
  return 2;
}

TEST(MetaTrainingDeathTest, AnInterruptStopsAtACheckpoint) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(std::_Exit(interrupted_training()), testing::ExitedWithCode(42), "");
}

TEST(MetaTraining, FixedColumnsStayUnderDecayToo) {
  const TemporaryFolder folder;
  const std::string encoder = cat("average scale=0.5 learned-dimensions=3 vectors=",
                                  conformance::world_vectors(folder.path()));
  for (const char* method : {"maml", "meta-sgd", "reptile", "protonet"}) {
    for (const char* lazy : {"false", "true"}) {
      const auto world = world_of(encoder, method, false,
                                  {{"train",
                                    {{"steps", "4"},
                                     {"learning-rate", "0.05"},
                                     {"weight-decay", "0.5"},
                                     {"lazy-adam", lazy}}}});
      const auto source = world.source();
      const TrainingOutcome outcome = Training{*world.learner, *source, nullptr}("", false);
      const Tensor before =
          world.learner->init(stream(0, Stream::parameters)).at("encoder.embedding");
      const Tensor& now = outcome.params.at("encoder.embedding");
      EXPECT_TRUE(at::equal(now.narrow(1, 0, 2), before.narrow(1, 0, 2))) << method;
      EXPECT_GT((now - before).narrow(1, 2, 3).abs().max().item<double>(), 1e-2) << method;
    }
  }
}

}  // namespace
}  // namespace inkling
