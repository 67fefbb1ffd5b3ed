// Law 8: what is learned from and what is tested on share nothing, and tasks whose labels mean
// nothing are answered by chance.
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "inkling/base/error.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/train/evaluation.h"
#include "inkling/train/meta_training.h"
#include "inkling/train/session.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

using conformance::World;
using conformance::world_of;

/// A training on tasks by label, short of overfitting.
Params trained(const World& world) {
  const auto source = world.source();
  TrainingSetup setup;
  setup.train = source.get();
  setup.quiet = true;
  Workers workers(1);
  return meta_train(*world.learner, setup, workers).params;
}

/// Accuracy over many episodes whose classes are `keep`, or whose labels of the support are
/// shuffled within the episode.
double accuracy(const World& world, const Params& meta, bool shuffled, std::uint64_t episodes) {
  const EpisodeSampler sampler(world.data.pool, TasksBy::label, {2, 2, 3}, world.data.labels,
                               world.data.groups);
  Rng rng(Key{99});
  std::int64_t right = 0;
  std::int64_t all = 0;
  for (std::uint64_t i = 0; i < episodes; ++i) {
    Episode episode = sampler.at(Key{21}, i);
    if (shuffled) rng.shuffle(std::span(episode.support_classes));
    const Record record = conformance::record_of(world, episode);
    const Tensor scores =
        world.learner->method()
            .curve(world.learner->model(), localised(*world.learner, meta, record, false), record,
                   world.context())
            .back();
    right += (scores.argmax(-1) == record.query_targets.classes).sum().item<std::int64_t>();
    all += record.query.units;
  }
  return static_cast<double>(right) / static_cast<double>(all);
}

TEST(DataLaws, ShuffledLabelsOfTheSupportGiveChance) {
  for (const char* method : {"protonet", "maml inner-learning-rate=1"}) {
    const World world =
        world_of("average dimensions=8 scale=0.5", method, true,
                 {{"train", {{"steps", "30"}, {"meta-batch", "4"}, {"learning-rate", "0.02"}}}});
    const Params meta = trained(world);
    constexpr std::uint64_t kEpisodes = 800;
    // A query's answer is right half the time; those of an episode are right or wrong together at
    // worst.
    const double interval = 4 * .5 / std::sqrt(static_cast<double>(kEpisodes));
    EXPECT_NEAR(accuracy(world, meta, true, kEpisodes), .5, interval) << method;
    EXPECT_GT(accuracy(world, meta, false, 200), .5 + 2 * interval)
        << method << ": true labels are learned from";
  }
}

TEST(DataLaws, SupportAndQueryShareNoExampleAndNoText) {
  World world = world_of("average dimensions=4", "protonet", true);
  // Every text stands twice in its class, and some in other classes too.
  const std::size_t count = world.data.pool.size();
  for (std::size_t i = 0; i < count; ++i) world.data.pool.push_back(world.data.pool[i]);
  for (std::size_t i = 0; i + 12 < count; i += 6) {
    PoolExample other = world.data.pool[i];
    other.label = world.data.pool[i + 12].label;
    world.data.pool.push_back(other);
  }
  for (const TasksBy by : {TasksBy::label, TasksBy::single}) {
    const std::int64_t ways = by == TasksBy::label ? 3 : 6;
    const EpisodeSampler sampler(world.data.pool, by, {ways, 2, 4}, world.data.labels,
                                 world.data.groups);
    for (std::uint64_t i = 0; i < 200; ++i) {
      const Episode episode = sampler.at(Key{1}, i);
      std::set<std::int64_t> seen(episode.support.begin(), episode.support.end());
      seen.insert(episode.query.begin(), episode.query.end());
      ASSERT_EQ(seen.size(), episode.support.size() + episode.query.size()) << i;
    }
  }
}

/// Files of a small world: labels l0 .. l5 in domains d0 .. d3; the text of (label, domain, i) is
/// its own, but every fifth stands in every domain. Test data has words of its own.
class DataSplits : public testing::Test {
 protected:
  std::string file(const std::string& name, int first_domain, int domains,
                   const std::string& mark) {
    const std::string path = (folder_.path() / name).string();
    std::ofstream out(path);
    for (int domain = first_domain; domain < first_domain + domains; ++domain) {
      for (int label = 0; label < 6; ++label) {
        for (int i = 0; i < 20; ++i) {
          const std::string own = i % 5 == 0 ? cat("shared", label, "x", i)
                                             : cat("t", label, "x", domain, "x", i, " ", mark);
          out << "{\"text\": \"" << own << "\", \"label\": \"l" << label
              << "\", \"attributes\": {\"domain\": \"d" << domain << "\"}}\n";
        }
      }
    }
    return path;
  }

  /// @param more  of section "data"
  static RunConfig config(const std::string& by, std::map<std::string, std::string> more) {
    more["tasks-by"] = by;
    return config_from_values({{"data", more},
                               {"method", {{"name", "protonet"}}},
                               {"episodes", {{"shots", "2"}, {"queries", "3"}}}});
  }

  struct Names {
    std::set<std::string> labels;
    std::set<std::string> groups;
    std::set<std::string> texts;
  };
  static Names names(const TextSplit& split) {
    Names found;
    for (const PoolExample& example : split.pool) {
      found.labels.insert(split.labels.at(static_cast<std::size_t>(example.label)));
      if (!split.groups.empty())
        found.groups.insert(split.groups.at(static_cast<std::size_t>(example.group)));
      found.texts.insert(split.texts.at(static_cast<std::size_t>(example.index)));
    }
    return found;
  }

  static void expect_disjoint(const std::set<std::string>& a, const std::set<std::string>& b) {
    EXPECT_FALSE(a.empty() || b.empty());
    for (const std::string& one : a) EXPECT_FALSE(b.contains(one)) << one;
  }

  TemporaryFolder folder_;
};

TEST_F(DataSplits, TasksByLabelShareNoClassAndNoText) {
  const std::string data = file("all.jsonl", 0, 2, "w");
  const RunConfig c =
      config("label", {{"train", data}, {"test-values", "l4,l5"}, {"validation-values", "l3"}});
  const TrainingSplits splits = training_splits(c);
  const Names train = names(splits.train);
  const Names validation = names(splits.validation);
  const Names test = names(test_split(c, {}));
  EXPECT_EQ(train.labels, (std::set<std::string>{"l0", "l1", "l2"}));
  EXPECT_EQ(validation.labels, (std::set<std::string>{"l3"}));
  EXPECT_EQ(test.labels, (std::set<std::string>{"l4", "l5"}));
  expect_disjoint(train.texts, test.texts);
  expect_disjoint(train.texts, validation.texts);
}

TEST_F(DataSplits, TasksByGroupShareNoGroupAndNoText) {
  const std::string data = file("all.jsonl", 0, 4, "w");
  const RunConfig c =
      config("group", {{"train", data}, {"test-values", "d3"}, {"validation-values", "d2"}});
  const TrainingSplits splits = training_splits(c);
  const Names train = names(splits.train);
  const Names validation = names(splits.validation);
  const Names test = names(test_split(c, splits.train.labels));
  EXPECT_EQ(train.groups, (std::set<std::string>{"d0", "d1"}));
  EXPECT_EQ(validation.groups, (std::set<std::string>{"d2"}));
  EXPECT_EQ(test.groups, (std::set<std::string>{"d3"}));
  expect_disjoint(train.texts, test.texts);
  expect_disjoint(validation.texts, test.texts);
}

TEST_F(DataSplits, TextsOfATestFileAreTakenOutOfTraining) {
  const RunConfig c = config("group", {{"train", file("train.jsonl", 0, 3, "w")},
                                       {"test", file("test.jsonl", 3, 1, "v")}});
  const TrainingSplits splits = training_splits(c);
  const Names test = names(test_split(c, splits.train.labels));
  EXPECT_TRUE(test.texts.contains("shared0x5"));
  expect_disjoint(names(splits.train).texts, test.texts);
  expect_disjoint(names(splits.validation).texts, test.texts);
}

TEST_F(DataSplits, WholeClassesAreHeldOutWhereTasksAreByLabel) {
  const std::string data = file("train.jsonl", 0, 2, "w");
  const auto held_out = [&](const char* share) {
    return training_splits(config("label", {{"train", data}, {"holdout", share}}));
  };
  const TrainingSplits splits = held_out("0.1");
  const Names train = names(splits.train);
  const Names held = names(splits.validation);
  EXPECT_EQ(train.labels.size(), 4);
  EXPECT_EQ(held.labels.size(), 2) << "a tenth of six is one, and a task has two";
  expect_disjoint(train.labels, held.labels);
  expect_disjoint(train.texts, held.texts);
  EXPECT_EQ(splits.train.labels.size(), 4) << "a head learns no class that it never sees";
  EXPECT_EQ(names(held_out("0.5").validation).labels.size(), 3);
  EXPECT_EQ(names(held_out("0.7").validation).labels.size(), 4);
}

TEST_F(DataSplits, WholeGroupsAreHeldOutWhereTasksAreByGroup) {
  const RunConfig c = config("group", {{"train", file("train.jsonl", 0, 3, "w")}});
  const TrainingSplits splits = training_splits(c);
  const Names train = names(splits.train);
  const Names held = names(splits.validation);
  EXPECT_EQ(train.groups.size(), 2);
  EXPECT_EQ(held.groups.size(), 1);
  expect_disjoint(train.groups, held.groups);
  expect_disjoint(train.texts, held.texts);
  EXPECT_EQ(train.labels, held.labels);
  EXPECT_EQ(splits.train.labels, splits.validation.labels);
  EXPECT_EQ(splits.train.texts.size(), 2 * 6 * 20);
}

TEST_F(DataSplits, WhereClassesOrGroupsAreTooFewExamplesAreHeldOut) {
  const std::string data = file("train.jsonl", 0, 2, "w");
  const TrainingSplits two = training_splits(config("group", {{"train", data}}));
  EXPECT_EQ(names(two.validation).groups, names(two.train).groups);
  RunConfig many_ways = config("label", {{"train", data}});
  many_ways.episodes.ways = 4;
  const TrainingSplits six = training_splits(many_ways);
  EXPECT_EQ(names(six.validation).labels, names(six.train).labels);
  many_ways.data.holdout_of = "tasks";
  try {
    training_splits(many_ways);
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_EQ(error.where().field, "holdout-of");
    EXPECT_NE(error.message().find("of the 6 labels none"), std::string::npos) << error.what();
  }
}

TEST_F(DataSplits, NoTasksCanBeHeldOutOfASingleOne) {
  const std::string data = file("train.jsonl", 0, 2, "w");
  const TrainingSplits splits = training_splits(config("single", {{"train", data}}));
  EXPECT_EQ(names(splits.validation).labels, names(splits.train).labels);
  EXPECT_THROW(training_splits(config("single", {{"train", data}, {"holdout-of", "tasks"}})),
               Error);
}

TEST_F(DataSplits, WhatIsHeldOutSharesNoTextWithTraining) {
  const RunConfig c = config(
      "group",
      {{"train", file("train.jsonl", 0, 3, "w")}, {"holdout", "0.3"}, {"holdout-of", "examples"}});
  const TrainingSplits splits = training_splits(c);
  const Names train = names(splits.train);
  const Names held = names(splits.validation);
  EXPECT_EQ(train.labels, held.labels);
  EXPECT_EQ(splits.train.texts.size() + splits.validation.texts.size(), 3 * 6 * 20);
  expect_disjoint(train.texts, held.texts);
}

TEST_F(DataSplits, AWordOfTestDataAloneIsUnknown) {
  const std::string train = file("train.jsonl", 0, 2, "often");
  const std::string validation = file("validation.jsonl", 2, 1, "heldback");
  const std::string test = file("test.jsonl", 3, 1, "secret");
  Workers workers(1);
  const TrainingSession session(
      config("group", {{"train", train}, {"validation", validation}, {"test", test}}), workers);
  const Vocabulary& words = session.learner().vocabulary();
  EXPECT_NE(words.id("often"), kUnknown);
  EXPECT_EQ(words.id("heldback"), kUnknown);
  EXPECT_EQ(words.id("secret"), kUnknown);
  EXPECT_EQ(words.documents(), static_cast<std::int64_t>(session.splits().train.texts.size()));
}

TEST_F(DataSplits, ALabelThatTheModelDoesNotKnowIsAnErrorThatNamesTheNearest) {
  const RunConfig c = config("single", {{"test", file("test.jsonl", 3, 1, "v")}});
  try {
    test_split(c, {"l0", "l1", "l2", "l3", "l4"});
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_NE(error.message().find("l5"), std::string::npos);
  }
}

}  // namespace
}  // namespace inkling
