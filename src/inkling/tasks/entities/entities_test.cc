#include "inkling/tasks/entities/entities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/tasks/tagged_records.h"

namespace inkling::entities {
namespace {

using testing::ElementsAre;

/// Twelve sentences, each with one span of one of three types; the last has one of two more.
struct World {
  TextData data;

  World() {
    std::vector<std::string> texts;
    const std::vector<std::string> types = {"city", "person", "ship"};
    for (std::int64_t i = 0; i < 12; ++i) {
      texts.push_back(cat("w", i, " a b c"));
      data.pool.push_back({i, static_cast<std::int32_t>(i % 3), 0, static_cast<std::uint64_t>(i)});
      data.spans.push_back({{1, 3, types[static_cast<std::size_t>(i % 3)]}});
    }
    data.spans.back() = {{0, 1, "ship"}, {1, 2, "ship"}};
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    TextOptions options;
    options.split = "spaces";
    vocabulary = Vocabulary::build(views, options);
    data.table = tokenise(views, vocabulary);
    data.labels = types;
  }

  std::unique_ptr<EpisodeSource> source(TasksBy by, EpisodeShape shape) const {
    SourceOptions options;
    options.text = &data;
    options.by = by;
    options.shape = shape;
    options.key = Key{3};
    options.rows = vocabulary.rows();
    options.dtype = at::kDouble;
    return make(Options{})->source(options);
  }

  Vocabulary vocabulary = Vocabulary::build({}, {});
};

TEST(Entities, AnEpisodesUnitsAreTheWordsOfItsSentences) {
  const World world;
  const auto source = world.source(TasksBy::label, {2, 1, 1});
  EXPECT_FALSE(source->uniform());
  for (std::uint64_t i = 0; i < 20; ++i) {
    const Record record = source->make(std::vector<std::uint64_t>{i});
    EXPECT_EQ(record.classes, 3);
    EXPECT_TRUE(record.new_classes);
    EXPECT_EQ(record.support.units, record.support.words.ids.size(0));
    EXPECT_EQ(record.support.units % 4, 0);
    EXPECT_EQ(record.support_targets.classes.max().item<std::int64_t>(), 2);
    EXPECT_EQ(record.support_targets.classes.min().item<std::int64_t>(), 0);
    const auto names = source->class_names(i);
    ASSERT_EQ(names.size(), 3u);
    EXPECT_EQ(names[0], "O");
  }
}

TEST(Entities, AllSentencesAreOneTaskWithTheBeginsOfSpans) {
  const World world;
  const auto source = world.source(TasksBy::single, {0, 0, 0});
  ASSERT_EQ(source->examples(), 12);
  const Record record = source->pass(std::vector<std::int64_t>{0, 11});
  EXPECT_TRUE(
      at::equal(record.query_targets.classes,
                tensor_of(std::vector<std::int64_t>{0, 1, 1, 0, 3, 3, 0, 0}).reshape({1, 8})));
  EpisodeResult result;
  add_sentences(record, result);
  EXPECT_THAT(result.offsets, ElementsAre(0, 4, 8));
  EXPECT_THAT(result.begins, ElementsAre(0, 1, 0, 0, 1, 1, 0, 0));
}

/// Three words a sentence, two sentences; the scores say the classes `answers`.
EpisodeResult result_of(const std::vector<int>& answers, const std::vector<double>& truth,
                        const std::vector<std::uint8_t>& begins) {
  EpisodeResult result;
  result.outputs = 3;
  result.truth = truth;
  result.begins = begins;
  result.offsets = {0, 3, 6};
  for (const int answer : answers) {
    for (int c = 0; c < 3; ++c) result.scores.push_back(c == answer ? 2 : 0);
  }
  return result;
}

TEST(Entities, AreCountedByTypeAndBordersOverAllEpisodes) {
  const auto task = make(Options{});
  // Right: one of two; answered: 2; a span does not go on in the next sentence.
  const EpisodeResult first = result_of({1, 1, 0, 2, 0, 0}, {1, 1, 0, 1, 0, 0}, {1, 0, 0, 1, 0, 0});
  // Two neighbours of one type are one span in the answer: nothing is right of 2, answered 1.
  const EpisodeResult second =
      result_of({1, 1, 0, 0, 0, 0}, {1, 1, 0, 0, 0, 0}, {1, 1, 0, 0, 0, 0});
  EXPECT_DOUBLE_EQ(task->measure(first), 50);
  EXPECT_DOUBLE_EQ(task->measure(second), 0);
  const std::vector<EpisodeResult> both = {first, second};
  const auto report = task->report(both, {}, 1, 0);
  EXPECT_NEAR(report["metrics"]["f1"]["value"].get<double>(), 100.0 * 2 / (3 + 4), 1e-9);
  EXPECT_NEAR(report["metrics"]["precision"]["value"].get<double>(), 100.0 / 3, 1e-9);
  EXPECT_NEAR(report["metrics"]["recall"]["value"].get<double>(), 25, 1e-9);
  // Deviations of 2 right from F1 times (answered + truth): +-6/7 each.
  EXPECT_NEAR(report["metrics"]["f1"]["ci95"].get<double>(),
              100 * 1.96 * std::sqrt(2.0 * (2 * 36.0 / 49)) / 7, 1e-9);
  EXPECT_FALSE(report.contains("classes"));
}

TEST(Entities, SpansBelowAProbabilityAreLeftOut) {
  const std::vector<EpisodeResult> one = {
      result_of({1, 1, 0, 2, 0, 0}, {1, 1, 0, 1, 0, 0}, {1, 0, 0, 1, 0, 0})};
  const auto report = make(Options{})->report(one, {}, 1, 0.99);
  EXPECT_EQ(report["metrics"]["f1"]["value"], 0);
}

TEST(Entities, RefuseTasksByGroup) {
  const World world;
  EXPECT_THROW(world.source(TasksBy::group, {2, 1, 1}), Error);
}

}  // namespace
}  // namespace inkling::entities
