// Relations from their file to splits, models and answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inkling/tensor/test_help.h"
#include "inkling/text/pair_text.h"
#include "inkling/train/session.h"
#include "inkling/train/task_data.h"
#include "inkling/train/task_data_files.h"

namespace inkling {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_help::config_with;
using testing_help::error_of;
using testing_help::Files;

/// `each` sentences of each relation, as FewRel has them.
std::string fewrel(const std::vector<std::string>& relations, int each,
                   const std::string& word = "near") {
  std::string content;
  for (const std::string& relation : relations) {
    content += cat(content.empty() ? "{" : ", ", "\"", relation, "\": [");
    for (int i = 0; i < each; ++i) {
      content +=
          cat(i > 0 ? ",\n" : "\n", "{\"tokens\": [\"Place", i, "\", \"is\", \"", word, "\", \"",
              relation, "\", \".\"], \"h\": [\"\", \"\", [[0]]], \"t\": [\"\", \"\", [[3]]]}");
    }
    content += "]";
  }
  return content + "}\n";
}

RunConfig relations(ConfigValues values) {
  values["task"]["name"] = "relations";
  values["data"]["tasks-by"] = "label";
  return config_with(values);
}

TEST(RelationData, TextsMarkTheirPairAndLabelsAreTypes) {
  const Files files;
  const RunConfig config =
      relations({{"data", {{"train", files.write("a.json", fewrel({"P1", "P2"}, 6))}}}});
  const TextSplit split = training_splits(config).train;
  EXPECT_THAT(split.labels, ElementsAre("P1", "P2"));
  EXPECT_EQ(split.texts[0], "<e1> Place0 </e1> is near <e2> P1 </e2> .");
  const Vocabulary vocabulary = vocabulary_of(split, config, 1);
  EXPECT_EQ(vocabulary.options().split, "pairs");
  EXPECT_EQ(vocabulary.id("<e1>"), kUnknown);
  EXPECT_NE(vocabulary.id("place0"), kUnknown);
  EXPECT_EQ(tokenised(split, vocabulary, 1).table.pairs[0], (PairMarks{0, 1, 3, 4}));
}

TEST(RelationData, ASentenceOfTheTestDataIsLeftOutWhicheverPairItMarks) {
  const Files files;
  const std::string train =
      files.write("a.jsonl",
                  "{\"text\": \"<e1> Ada </e1> met <e2> Bob </e2>\", \"label\": \"x\"}\n"
                  "{\"text\": \"<e1> Eve </e1> met <e2> Bob </e2>\", \"label\": \"y\"}\n");
  const std::string test = files.write(
      "b.jsonl", "{\"text\": \"<e2> Ada </e2> met <e1> Bob </e1>\", \"label\": \"z\"}\n");
  const TextSplit split =
      training_splits(relations({{"data", {{"train", train}, {"test", test}}}})).train;
  EXPECT_THAT(split.texts, ElementsAre("<e1> Eve </e1> met <e2> Bob </e2>"));
}

TEST(RelationData, ASentenceThatIsCutIsOneWhicheverPieceIsRead) {
  const Files files;
  const std::string train = files.write(
      "a.jsonl",
      "{\"text\": \"<e1> Ada </e1> met <e2> Bob </e2> and then Eve saw Joe\", \"label\": \"x\"}\n"
      "{\"text\": \"Ada met Bob and then Eve <e1> saw </e1> <e2> Joe </e2>\", \"label\": \"y\"}\n"
      "{\"text\": \"<e1> Eve </e1> met <e2> Bob </e2>\", \"label\": \"y\"}\n");
  const ConfigValues cut = {{"data", {{"train", train}}}, {"task", {{"window", "4"}}}};
  const TextSplit split = training_splits(relations(cut)).train;
  ASSERT_EQ(split.texts.size(), 3U);
  EXPECT_EQ(split.texts[0], "<e1> Ada </e1> met <e2> Bob </e2> and");
  EXPECT_EQ(split.pool[0].text, split.pool[1].text);
  EXPECT_NE(split.pool[0].text, split.pool[2].text);
  const std::string test = files.write(
      "b.jsonl",
      "{\"text\": \"Ada met Bob <e1> and </e1> then <e2> Eve </e2> saw Joe\", \"label\": \"z\"}\n");
  ConfigValues tested = cut;
  tested["data"]["test"] = test;
  EXPECT_THAT(training_splits(relations(tested)).train.texts,
              ElementsAre("<e1> Eve </e1> met <e2> Bob </e2>"));
}

TEST(RelationData, ATypeWithTooFewExamplesIsNamedWithItsCount) {
  const Files files;
  const RunConfig config =
      relations({{"data", {{"train", files.write("a.json", fewrel({"P1", "P22"}, 4))}}}});
  const TextSplit split = training_splits(config).train;
  const Error error = error_of([&] {
    EpisodeSampler(split.pool, TasksBy::label, shape_of(config.episodes), split.labels, {});
  });
  EXPECT_THAT(error.what(), HasSubstr("P1"));
  EXPECT_THAT(error.what(), HasSubstr("4"));
}

TEST(RelationData, WhatMarksNoPairIsRefused) {
  const Files files;
  const std::string plain = files.texts("plain.jsonl", "a", {""}, 4);
  EXPECT_THAT(error_of([&] { training_splits(relations({{"data", {{"train", plain}}}})); }).what(),
              HasSubstr("has a head and a tail"));
  const std::string pairs = files.write("a.json", fewrel({"P1", "P2"}, 6));
  const RunConfig config = relations({{"data", {{"train", pairs}, {"unlabelled", plain}}}});
  EXPECT_EQ(error_of([&] { training_splits(config); }).where().field, "unlabelled");
}

}  // namespace
}  // namespace inkling
