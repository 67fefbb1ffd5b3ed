#include "inkling/tasks/relations/relations.h"

#include <gtest/gtest.h>

#include "inkling/text/pair_text.h"

namespace inkling::relations {
namespace {

TEST(Relations, AUnitIsAPairWithItsTypeAsClass) {
  const auto task = make({});
  EXPECT_TRUE(task->reads_text());
  EXPECT_TRUE(task->reads_pairs());
  EXPECT_EQ(task->metric(), "accuracy");
  Example marked;
  marked.text = "<e1> Ada </e1> met <e2> Bob </e2>";
  marked.label = "met";
  const Dataset made = task->examples({"data", {marked}});
  ASSERT_EQ(made.examples.size(), 1U);
  EXPECT_EQ(made.examples[0].relations.size(), 1U);
  EXPECT_EQ(made.examples[0].label, "met");
}

TEST(Relations, TheWindowCutsLongSentences) {
  Example marked;
  marked.text = "<e1> a </e1> b c d e <e2> f </e2> g h";
  const Dataset made = make({.window = 4})->examples({"data", {marked}});
  EXPECT_EQ(pair_text_of(made.examples[0]), "<e1> a </e1> b e <e2> f </e2>");
}

TEST(Relations, LabelsWithADirectionAreScoredByRelation) {
  const std::vector<std::string> labels = {"X(e1,e2)", "X(e2,e1)", "Other"};
  EpisodeResult result;
  result.outputs = 3;
  result.scores = {2, 0, 1, 2, 0, 1, 0, 1, 2};
  result.truth = {0, 1, 2};
  const auto report = make({})->report(std::span(&result, 1), labels, 1, 0);
  EXPECT_NEAR(report["metrics"]["directed_macro_f1"]["value"].get<double>(), 50, 1e-9);
  EXPECT_EQ(report["relations"].size(), 1U);
  EXPECT_FALSE(make({})
                   ->report(std::span(&result, 1), std::vector<std::string>{"a", "b", "c"}, 1, 0)
                   .contains("relations"));
}

TEST(Relations, ARecordHasThePairsOfItsTexts) {
  const std::vector<std::string_view> texts = {
      "<e1> a </e1> b <e2> c </e2>", "a <e2> b </e2> <e1> c </e1>", "<e1> c </e1> <e2> a </e2>",
      "b <e1> b </e1> <e2> a </e2>"};
  TextOptions options;
  options.split = "pairs";
  const Vocabulary words = Vocabulary::build(texts, options);
  TextData data;
  data.table = tokenise(texts, words);
  for (std::int32_t i = 0; i < 4; ++i) {
    data.pool.push_back({i, i % 2, 0, static_cast<std::uint64_t>(i)});
  }
  data.labels = {"x", "y"};
  SourceOptions how;
  how.text = &data;
  how.by = TasksBy::label;
  how.shape = {2, 1, 1};
  how.key = Key{4};
  how.rows = words.rows();
  const Record record = make({})->source(how)->make(std::vector<std::uint64_t>{0, 1});
  EXPECT_EQ(record.support.dense.sizes(), (at::IntArrayRef{2, 2, 4}));
  EXPECT_TRUE(record.new_classes);
  const Tensor& pairs = record.query.dense;
  EXPECT_TRUE((pairs.select(2, 0) < pairs.select(2, 1)).all().item<bool>());
}

}  // namespace
}  // namespace inkling::relations
