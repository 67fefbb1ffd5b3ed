#include "inkling/train/task_data.h"
#include "inkling/base/strings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "inkling/data/vectors.h"
#include "inkling/tensor/test_help.h"
#include "inkling/train/task_data_files.h"

namespace inkling {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_help::config_with;
using testing_help::error_of;
using testing_help::Files;

TEST(TaskData, ConditionsAreOfEachPartOfTheData) {
  Files files;
  const std::string all = files.both_splits(4);
  const auto with = [&](const char* where, const char* test_where) {
    return config_with(
        {{"data", {{"train", all}, {"test", all}, {"where", where}, {"test-where", test_where}}}});
  };
  EXPECT_EQ(test_split(with("split=train", "split=test"), {}).texts.size(), 8U);
  EXPECT_EQ(training_splits(with("split=train", "split=test")).train.texts.size(), 8U);
  EXPECT_THAT(error_of([&] { training_splits(with("splt=train", "split=test")); }).what(),
              HasSubstr("no example has the attribute 'splt'"));
  EXPECT_THAT(error_of([&] { test_split(with("", "split=tset"), {}); }).what(),
              HasSubstr("no example has the split 'tset'"));
}

TEST(TaskData, RenamedLabelsAreOneClass) {
  Files files;
  const std::string train = files.texts("train.jsonl", "a", {"books"}, 4, {"neg", "pos"});
  const std::string more = files.texts("more.jsonl", "b", {"music"}, 4, {"bad", "good"});
  const RunConfig config = config_with(
      {{"data", {{"train", cat(train, ",", more)}, {"rename-labels", "bad=neg,good=pos"}}}});
  const TextSplit split = training_splits(config).train;
  EXPECT_THAT(split.labels, ElementsAre("neg", "pos"));
  EXPECT_EQ(split.texts.size(), 16U);
  for (std::size_t i = 0; i < split.texts.size(); ++i) {
    const bool negative = split.texts[i].find("neg") != std::string::npos ||
                          split.texts[i].find("bad") != std::string::npos;
    EXPECT_EQ(split.pool[i].label, negative ? 0 : 1) << split.texts[i];
  }
}

TEST(TaskData, FlippedLabelsAreOfTrainingAloneAndOfTheSeed) {
  Files files;
  RunConfig config = config_with({{"data",
                                   {{"train", files.texts("train.jsonl", "seen", {""}, 200)},
                                    {"test", files.texts("test.jsonl", "new", {""}, 20)},
                                    {"tasks-by", "single"},
                                    {"holdout", "0.2"}}}});
  const TrainingSplits plain = training_splits(config);
  config.data.flip_labels = 0.4;
  const TrainingSplits flipped = training_splits(config);
  const auto labels = [](const TextSplit& split) {
    std::vector<std::int32_t> all;
    for (const PoolExample& example : split.pool) all.push_back(example.label);
    return all;
  };
  EXPECT_EQ(flipped.train.texts, plain.train.texts);
  EXPECT_EQ(labels(flipped.validation), labels(plain.validation));
  EXPECT_EQ(labels(training_splits(config).train), labels(flipped.train));
  const auto before = labels(plain.train);
  const auto after = labels(flipped.train);
  double share = 0;
  for (std::size_t i = 0; i < before.size(); ++i) share += before[i] != after[i] ? 1 : 0;
  share /= static_cast<double>(before.size());
  EXPECT_NEAR(share, .4, .1);

  config.data.flipped = "leave-out";
  const TextSplit clean = training_splits(config).train;
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i] == after[i]) kept.push_back(plain.train.texts[i]);
  }
  EXPECT_EQ(clean.texts, kept);
  config.data.flipped = "keep";
  config.train.seed = 1;
  config.data.holdout = 0;
  const auto other = labels(training_splits(config).train);
  config.train.seed = 2;
  EXPECT_NE(labels(training_splits(config).train), other);
}

TEST(TaskData, ValidationOfNaturalQueriesNeedsWhatTheyNeed) {
  // Of a class there are 8 texts a group: with 2 shots and 7 queries balanced episodes are too
  // large for any group, and natural ones, of 18 texts, for a group of 16.
  Files files;
  const std::string file = files.texts("train.jsonl", "a", {"one", "two", "three"}, 8);
  const TextSplit split = training_splits(config_with({{"data", {{"train", file}}}})).train;
  EXPECT_FALSE(holds_episodes(split, TasksBy::group, {2, 2, 7}));
  EXPECT_FALSE(holds_episodes(split, TasksBy::group, {2, 2, 7, true}));
  EXPECT_TRUE(holds_episodes(split, TasksBy::group, {2, 2, 6, true}));
  EpisodeOptions options;
  options.natural_queries = true;
  EXPECT_TRUE(shape_of(options).natural);
  EXPECT_EQ(shape_of(options).queries, options.queries);
}

/// Vectors of three words, most frequent first.
std::string vectors_in(const Files& files) {
  const std::string path = (files.folder.path() / "small.vectors").string();
  WordVectorsBuilder builder("test");
  builder.add("zebra", std::vector<float>{1, 0});
  builder.add("a", std::vector<float>{0, 1});
  builder.add("yak", std::vector<float>{1, 1});
  builder.write(path);
  return path;
}

TEST(TaskData, TheVocabularyKnowsTheMostFrequentWordsOfPretrainedVectors) {
  Files files;
  const std::string vectors = vectors_in(files);
  TextSplit split;
  split.texts = {"a b", "b c"};
  const auto vocabulary = [&](const ConfigValues& values) {
    return vocabulary_of(split, config_with(values), 1);
  };
  const Vocabulary all = vocabulary({{"encoder", {{"vectors", vectors}}}});
  EXPECT_NE(all.id("zebra"), kUnknown);
  EXPECT_NE(all.id("yak"), kUnknown);
  EXPECT_NE(all.id("b"), kUnknown);
  EXPECT_EQ(all.words(), 2 + 5);
  const Vocabulary one =
      vocabulary({{"encoder", {{"vectors", vectors}}}, {"text", {{"vector-words", "1"}}}});
  EXPECT_NE(one.id("zebra"), kUnknown);
  EXPECT_EQ(one.id("yak"), kUnknown);
  const Vocabulary none = vocabulary({{"encoder", {{"vectors", ""}}}});
  EXPECT_EQ(none.id("zebra"), kUnknown);
  EXPECT_EQ(none.words(), 2 + 3);
}

TEST(TaskData, LearnedDimensionsWithoutVectorsAreAnError) {
  TextSplit split;
  split.texts = {"a b"};
  const Error error = error_of(
      [&] { vocabulary_of(split, config_with({{"encoder", {{"learned-dimensions", "4"}}}}), 1); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.where().field, "learned-dimensions");
  EXPECT_THAT(error.hint(), HasSubstr("--vectors"));
}

TEST(TaskData, TextsOfValuesThatAreTestedOnAreHiddenFromTextsWithoutLabels) {
  const Files files;
  std::string train;
  std::string plain;
  for (const char* label : {"a", "b", "c"}) {
    for (int i = 0; i < 4; ++i) {
      const std::string text = cat("text ", i, " of ", label);
      train += cat("{\"text\": \"", text, "\", \"label\": \"", label, "\"}\n");
      plain += text + "\n";
    }
  }
  const RunConfig config = config_with({{"data",
                                         {{"train", files.write("train.jsonl", train)},
                                          {"unlabelled", files.write("plain.txt", plain)},
                                          {"tasks-by", "label"},
                                          {"holdout", "0"},
                                          {"test-values", "b"}}},
                                        {"method", {{"name", "contrastive"}}}});
  EXPECT_EQ(tested_sentences(config).size(), 4U);
  const std::vector<std::string> texts = training_splits(config).train.texts;
  EXPECT_FALSE(texts.empty());
  for (const std::string& text : texts) EXPECT_EQ(text.find(" of b"), text.npos) << text;
}

TEST(TaskData, NoMaskedWordOfValidationIsOneOfTraining) {
  // Thirty words, each in sentences of its own.
  const Files files;
  std::string plain;
  for (int word = 0; word < 30; ++word) {
    for (int i = 0; i < 12; ++i) {
      const auto name = {'w', static_cast<char>('a' + word / 6), static_cast<char>('a' + word % 6)};
      plain += cat(std::string(name), " stands in sentence number n", word * 12 + i, " alone\n");
    }
  }
  const RunConfig config =
      config_with({{"data",
                    {{"unlabelled", files.write("plain.txt", plain)},
                     {"tasks-by", "label"},
                     {"holdout", "0.3"}}},
                   {"episodes", {{"ways", "3"}, {"shots", "1"}, {"queries", "2"}}},
                   {"method", {{"name", "protonet"}}}});
  const TrainingSplits splits = training_splits(config);
  ASSERT_GE(splits.validation.labels.size(), 3U);
  ASSERT_GE(splits.train.labels.size(), 3U);
  for (const std::string& word : splits.validation.labels) {
    EXPECT_EQ(std::ranges::count(splits.train.labels, word), 0) << word;
  }
}

}  // namespace
}  // namespace inkling
