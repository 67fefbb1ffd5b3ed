#include "inkling/tasks/semantic_roles/semantic_roles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/tasks/tagged_records.h"

namespace inkling::semantic_roles {
namespace {

using testing::ElementsAre;

/// Predicates of three lemmas, eight sentences of each, "a V b c"; two sentences of the third have
/// one text.
struct World {
  TextData data;

  World() {
    std::vector<std::string> texts;
    for (std::int64_t i = 0; i < 24; ++i) {
      const std::int64_t sentence = i == 23 ? 22 : i;
      texts.push_back(cat("w", sentence, " v", i % 3, " b c"));
      data.pool.push_back({i, static_cast<std::int32_t>(i % 2), static_cast<std::int32_t>(i / 8),
                           static_cast<std::uint64_t>(sentence)});
      data.spans.push_back({{0, 1, "ARG0"}, {1, 2, "V:do.01"}, {2, 4, "ARG1"}});
    }
    data.spans.back() = {{2, 3, "V"}};
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    TextOptions options;
    options.split = "spaces";
    vocabulary = Vocabulary::build(views, options);
    data.table = tokenise(views, vocabulary);
    data.labels = {"ARG0", "ARG1"};
    data.groups = {"be", "do", "go"};
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

TEST(SemanticRoles, AnEpisodeIsSentencesOfOnePredicate) {
  const World world;
  const auto source = world.source(TasksBy::group, {0, 2, 3});
  for (std::uint64_t i = 0; i < 30; ++i) {
    const Record record = source->make(std::vector<std::uint64_t>{i});
    EXPECT_EQ(record.classes, 3);
    EXPECT_FALSE(record.new_classes);
    EXPECT_EQ(record.support.units, 8);
    EXPECT_EQ(record.query.units, 12);
    EXPECT_THAT(source->class_names(i), ElementsAre("O", "ARG0", "ARG1"));
    std::set<std::int64_t> first;
    for (const auto* part : {&record.support, &record.query}) {
      for (std::int64_t s = 0; s < part->units / 4; ++s) {
        const auto row = record.rows[part->words.ids[4 * s]].item<std::int64_t>();
        EXPECT_TRUE(first.insert(row).second) << "a sentence met itself";
      }
    }
  }
}

TEST(SemanticRoles, EachWordKnowsHowFarThePredicateIs) {
  const World world;
  const auto source = world.source(TasksBy::single, {0, 0, 0});
  ASSERT_EQ(source->examples(), 24) << "two predicates of one sentence are two examples";
  const Record record = source->pass(std::vector<std::int64_t>{0, 23});
  EXPECT_TRUE(at::equal(record.query.dense.flatten(),
                        tensor_of(std::vector<std::int64_t>{-1, 0, 1, 2, -2, -1, 0, 1})));
  EXPECT_TRUE(at::equal(record.query_targets.classes.flatten(),
                        tensor_of(std::vector<std::int64_t>{1, 0, 2, 2, 0, 0, 0, 0})));
  EpisodeResult result;
  add_sentences(record, result);
  EXPECT_THAT(result.begins, ElementsAre(kBegins, kPredicate, kBegins, kNothing, kNothing, kNothing,
                                         kPredicate, kNothing));
}

TEST(SemanticRoles, PredicatesOfTooFewSentencesMakeNoTasks) {
  const World world;
  const auto source = world.source(TasksBy::group, {0, 5, 3});
  for (std::uint64_t i = 0; i < 20; ++i) {
    const Record record = source->make(std::vector<std::uint64_t>{i});
    EXPECT_LT(record.rows.max().item<std::int64_t>(), world.vocabulary.rows());
  }
  try {
    world.source(TasksBy::group, {0, 6, 3});
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("the most are 8 of 'be'"), std::string::npos)
        << error.what();
  }
  EXPECT_THROW(world.source(TasksBy::label, {2, 1, 1}), Error);
}

/// Four words, the second the predicate; the scores say the classes `answers`.
EpisodeResult result_of(const std::vector<int>& answers) {
  EpisodeResult result;
  result.outputs = 4;
  result.names = {"O", "ARG0", "ARG1", "ARGM-TMP"};
  result.truth = {1, 0, 2, 3};
  result.begins = {kBegins, kPredicate, kBegins, kBegins};
  result.offsets = {0, 4};
  for (const int answer : answers) {
    for (int c = 0; c < 4; ++c) result.scores.push_back(c == answer ? 2 : 0);
  }
  return result;
}

TEST(SemanticRoles, AreMeasuredByCoreRolesAndByAll) {
  const auto task = make(Options{});
  EXPECT_EQ(task->metric(), "core_f1");
  const std::vector<EpisodeResult> one = {result_of({1, 1, 2, 0})};
  EXPECT_DOUBLE_EQ(task->measure(one[0]), 100) << "the predicate's word takes no role";
  const auto report = task->report(one, {}, 1, 0);
  EXPECT_DOUBLE_EQ(report["metrics"]["core_f1"]["value"].get<double>(), 100);
  EXPECT_DOUBLE_EQ(report["metrics"]["f1"]["value"].get<double>(), 80);
  EXPECT_NEAR(report["metrics"]["recall"]["value"].get<double>(), 200.0 / 3, 1e-9);
  EXPECT_EQ(report["classes"].size(), 3U);
}

TEST(SemanticRoles, DecodingIsConstrainedUnlessToldOtherwise) {
  const EpisodeResult twice = result_of({1, 0, 1, 3});
  Options greedy;
  greedy.decode = "greedy";
  EXPECT_DOUBLE_EQ(make(greedy)->measure(twice), 50);  // 1 of 2 and 2
  EXPECT_NE(make(Options{})->measure(twice), make(greedy)->measure(twice));
}

TEST(SemanticRoles, PredicatesAreFoundAsWordsOfTheirOwn) {
  Options options;
  options.predicates = "detect";
  const auto task = make(options);
  EXPECT_FALSE(task->reads_pairs());
  EpisodeResult result;
  result.outputs = 2;
  result.names = {"O", "V"};
  result.truth = {1, 1, 0};
  result.begins = {kBegins, kBegins, kNothing};
  result.offsets = {0, 3};
  result.scores = {0, 1, 0, 1, 1, 0};
  EXPECT_EQ(task->metric(), "f1");
  EXPECT_DOUBLE_EQ(task->measure(result), 100);
}

}  // namespace
}  // namespace inkling::semantic_roles
