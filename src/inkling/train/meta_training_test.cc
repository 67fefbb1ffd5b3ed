#include "inkling/train/meta_training.h"

#include <gtest/gtest.h>

#include <csignal>
#include <set>

#include "inkling/base/file.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/train/streams.h"
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
using testing_help::Training;
using testing_help::Watched;

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
