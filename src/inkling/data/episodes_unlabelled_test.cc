#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "inkling/data/episodes.h"
#include "inkling/data/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::HasSubstr;

TEST(UnlabelledExamples, AreTheSameWithUnlabelledExamplesBesideThem) {
  std::vector<PoolExample> pool = pool_of(6, 2, 30);
  for (PoolExample& example : pool) {
    if (example.text < 100) example.text /= 2;  // under two labels
  }
  for (const bool natural : {false, true}) {
    for (const TasksBy by : {TasksBy::label, TasksBy::group, TasksBy::single}) {
      const std::int64_t ways = by == TasksBy::label ? 3 : 6;
      const std::int64_t distractors = by == TasksBy::label ? 2 : 0;
      EpisodeShape shape{ways, 2, natural ? 1 : 4, natural};
      const EpisodeSampler plain = sampler_of(pool, by, shape);
      shape.unlabelled = 4;
      shape.distractors = distractors;
      const EpisodeSampler more = sampler_of(pool, by, shape);
      bool differs = false;
      for (std::uint64_t i = 0; i < 20; ++i) {
        Episode episode = more.at(kKey, i);
        expect_lawful(episode, more, pool);
        EXPECT_TRUE(same(episode, more.at(kKey, i)));
        differs = differs || episode.support.back() != more.at(kKey, i + 1).support.back();
        const auto labelled = static_cast<std::size_t>(ways * 2);
        episode.support.resize(labelled);
        episode.support_classes.resize(labelled);
        EXPECT_TRUE(same(episode, plain.at(kKey, i)));
      }
      EXPECT_TRUE(differs);
    }
  }
}

TEST(UnlabelledExamples, UnlabelledExamplesMayBeAllThatIsLeft) {
  const std::vector<PoolExample> pool = pool_of(4, 1, 9);
  const EpisodeSampler sampler = sampler_of(pool, TasksBy::label, {2, 2, 3, false, 4, 2});
  std::set<std::int32_t> distractors;
  for (std::uint64_t i = 0; i < 50; ++i) {
    const Episode episode = sampler.at(kKey, i);
    expect_lawful(episode, sampler, pool);
    distractors.insert((static_cast<std::int32_t>(episode.support.back()) - 100) % 4);
  }
  EXPECT_EQ(distractors.size(), 4U) << "every class is a distractor sometimes";
}

TEST(UnlabelledExamples, TooFewExamplesForUnlabelledOnesNameClassAndCounts) {
  EXPECT_EQ(fault(ErrorKind::data, pool_of(2, 1, 9), TasksBy::label, {2, 2, 3, false, 4}), "");
  EXPECT_EQ(
      fault(ErrorKind::data, pool_of(2, 1, 8), TasksBy::label, {2, 2, 3, false, 4}),
      "class 'L0' has 8 different texts; 2-way 2-shot tasks with 3 queries and 4 unlabelled a "
      "class need 9 (ask for fewer shots, queries or unlabelled, or leave it out)");
  // All six queries of a natural mix may be of one class.
  EXPECT_EQ(fault(ErrorKind::data, pool_of(2, 1, 12), TasksBy::single, {2, 2, 3, true, 4}), "");
  EXPECT_THAT(fault(ErrorKind::data, pool_of(2, 1, 11), TasksBy::single, {2, 2, 3, true, 4}),
              HasSubstr("need 12"));
}

TEST(UnlabelledExamples, DistractorsAreOtherClassesOfTasksByLabel) {
  const std::vector<PoolExample> pool = pool_of(4, 1, 20);
  EXPECT_EQ(fault(ErrorKind::usage, pool, TasksBy::label, {2, 1, 1, false, 3, 2}), "");
  EXPECT_EQ(fault(ErrorKind::usage, pool, TasksBy::label, {2, 1, 1, false, 3, 3}),
            "2-way tasks with 3 distractors need 5 classes, and there are 4 (ask for fewer ways or "
            "distractors, or allow more labels)");
  EXPECT_THAT(fault(ErrorKind::usage, pool, TasksBy::label, {2, 1, 1, false, 0, 2}),
              HasSubstr("none are asked for"));
  EXPECT_THAT(fault(ErrorKind::usage, pool, TasksBy::single, {4, 1, 1, false, 3, 2}),
              HasSubstr("--tasks-by label"));
}

}  // namespace
}  // namespace inkling
