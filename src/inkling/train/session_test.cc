#include "inkling/train/session.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "inkling/base/file.h"
#include "inkling/base/strings.h"
#include "inkling/base/temporary_folder.h"

namespace inkling {
namespace {

/// Six domains with 4 bad texts and 20 good ones each.
std::string uneven_domains() {
  std::string lines;
  for (int domain = 0; domain < 6; ++domain) {
    for (int i = 0; i < 24; ++i) {
      lines +=
          cat("{\"text\": \"text ", i, " of ", domain, "\", \"label\": \"", i < 4 ? "bad" : "good",
              "\", \"attributes\": {\"domain\": \"d", domain, "\"}}\n");
    }
  }
  return lines;
}

TEST(Session, HoldsWholeGroupsOutWhereTheyAreEnoughForNaturalQueries) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "reviews.jsonl";
  write_file(file, uneven_domains());
  Workers workers(1);
  // Two shots and four queries of each class are more than the 4 bad texts; eight queries of any
  // class are there.
  for (const char* natural : {"true", "false"}) {
    const RunConfig config = config_from_values(
        {{"data", {{"train", file.string()}, {"tasks-by", "group"}, {"holdout", "0.3"}}},
         {"encoder", {{"name", "average"}, {"dimensions", "4"}}},
         {"method", {{"name", "protonet"}}},
         {"episodes", {{"shots", "2"}, {"queries", "4"}, {"natural-queries", natural}}}});
    if (natural == std::string("false")) {
      EXPECT_THROW(TrainingSession(config, workers), Error);
      continue;
    }
    const TrainingSession session(config, workers);
    EXPECT_TRUE(session.learner().shape().natural);
    const auto groups = [](const TextSplit& split) {
      std::set<std::int32_t> all;
      for (const PoolExample& example : split.pool) all.insert(example.group);
      return all;
    };
    const auto trained = groups(session.splits().train);
    const auto held = groups(session.splits().validation);
    EXPECT_EQ(trained.size(), 4);
    EXPECT_EQ(held.size(), 2);
    for (const std::int32_t group : held) EXPECT_FALSE(trained.contains(group)) << group;
    EXPECT_NE(session.validation(), nullptr);
  }
}

/// Label by text.
std::map<std::string, std::string> labels_of(const TextSplit& split) {
  std::map<std::string, std::string> found;
  for (const PoolExample& example : split.pool) {
    found[split.texts[static_cast<std::size_t>(example.index)]] =
        split.labels[static_cast<std::size_t>(example.label)];
  }
  return found;
}

TEST(Session, WhatServedForValidationKeepsItsLabelsWhereAllIsTrainedOn) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "reviews.jsonl";
  write_file(file, uneven_domains());
  const auto expect_whole = [&](ConfigValues data) {
    data["data"]["train"] = file.string();
    data["data"]["flip-labels"] = "0.4";
    data["method"]["name"] = "supervised";
    data["episodes"]["shots"] = "0";
    const RunConfig config = config_from_values(data);
    const TrainingSplits parts = training_splits(config);
    ASSERT_FALSE(parts.validation.pool.empty());
    const TrainingSplits whole = whole_splits(config);
    EXPECT_TRUE(whole.validation.pool.empty());
    auto expected = labels_of(parts.train);
    for (const auto& [text, label] : labels_of(parts.validation)) expected[text] = label;
    EXPECT_EQ(labels_of(whole.train), expected);
    EXPECT_EQ(whole.train.pool.size(), parts.train.pool.size() + parts.validation.pool.size());
    Workers workers(1);
    const TrainingSession session(config, workers, TrainingSession::Data::all);
    EXPECT_EQ(session.train().examples(), std::ssize(whole.train.pool));
    EXPECT_EQ(session.validation(), nullptr);
  };
  expect_whole({{"data", {{"tasks-by", "single"}, {"holdout", "0.3"}}}});
  expect_whole({{"data", {{"tasks-by", "group"}, {"validation-values", "d1,d4"}}}});
  expect_whole(
      {{"data",
        {{"tasks-by", "group"}, {"train-values", "d0,d2"}, {"validation-values", "d1,d4"}}}});
}

TEST(Session, WithoutWrongLabelsAllDataStandInTheirOrder) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "reviews.jsonl";
  write_file(file, uneven_domains());
  RunConfig config = config_from_values(
      {{"data", {{"train", file.string()}, {"tasks-by", "single"}, {"holdout", "0.3"}}},
       {"method", {{"name", "supervised"}}}});
  const TrainingSplits whole = whole_splits(config);
  config.data.holdout = 0;
  EXPECT_EQ(whole.train.texts, training_splits(config).train.texts);
}

}  // namespace
}  // namespace inkling
