// Trainings of small learners that are watched, stopped and gone on with, for the tests of this
// room.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <stdexcept>

#include "inkling/base/file.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/train/meta_training.h"
#include "inkling/train/test_help.h"

namespace inkling::testing_help {

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
inline Watched stopping_at(const EpisodeSource& from, std::uint64_t number) {
  return {from, [number](std::uint64_t at, Record&) {
            if (at == number) throw std::runtime_error("stopped");
          }};
}

struct Training {
  const Learner& learner;
  const EpisodeSource& train;
  const EpisodeSource* validation;
  const EpisodeSource* unlabelled = nullptr;

  TrainingOutcome operator()(const std::filesystem::path& folder, bool resume, int threads = 1,
                             const EpisodeSource* instead = nullptr) const {
    TrainingSetup setup;
    setup.train = instead != nullptr ? instead : &train;
    setup.validation = validation;
    setup.unlabelled = unlabelled;
    setup.folder = folder;
    setup.resume = resume;
    setup.quiet = true;
    Workers workers(threads);
    return meta_train(learner, setup, workers);
  }
};

/// Four episodes a step; a training stopped in step 5, whose last checkpoint is of step 4, goes on
/// to step 9.
inline void expect_resumption_to_the_same_bits(const Learner& learner, const EpisodeSource& train,
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

inline const ConfigValues kNineSteps = {{"train",
                                         {{"steps", "9"},
                                          {"meta-batch", "4"},
                                          {"checkpoint-every", "2"},
                                          {"validate-every", "3"},
                                          {"validation-episodes", "5"},
                                          {"schedule", "cosine"},
                                          {"learning-rate", "0.01"}}}};

}  // namespace inkling::testing_help
