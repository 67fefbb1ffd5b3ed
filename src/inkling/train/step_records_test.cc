#include "inkling/train/step_records.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "inkling/train/meta_training.h"
#include "inkling/train/test_help.h"
#include "inkling/train/training_help.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

using conformance::World;
using conformance::world_of;
using testing_help::error_of;
using testing_help::same_bits;
using testing_help::Training;

constexpr const char* kEncoder = "average dimensions=4 scale=0.5";
constexpr EpisodeShape kExamples = {0, 0, 0};

World weighing(const ConfigValues& more = {}) {
  return world_of(kEncoder, "reweight clean-batch=10", false, more);
}

/// Rows of the table that the texts of a batch name, each text's in order.
std::vector<std::vector<std::int64_t>> texts_of(const Record& record, const Batch& batch) {
  const Tensor ids = record.rows.index_select(0, batch.words.ids);
  std::vector<std::vector<std::int64_t>> texts;
  for (std::int64_t i = 0; i < batch.units; ++i) {
    const auto begin = batch.words.offsets[i].item<std::int64_t>();
    const auto end = batch.words.offsets[i + 1].item<std::int64_t>();
    auto& text = texts.emplace_back();
    for (std::int64_t at = begin; at < end; ++at) text.push_back(ids[at].item<std::int64_t>());
  }
  return texts;
}

TEST(StepRecords, ABatchWithCleanExamplesIsOneRecordOfBoth) {
  const World world = weighing({{"train", {{"batch", "32"}}}});
  const auto train = world.source(kExamples);
  const auto clean = world.source(kExamples);
  StepRecords records(*world.learner, *train, clean.get());
  const auto shards = records.at(0);
  ASSERT_EQ(shards.size(), 1U);
  ASSERT_EQ(shards[0].numbers.size(), 32U);
  EXPECT_TRUE(shards[0].examples);
  const Record record = shards[0].make(shards[0].numbers);
  EXPECT_EQ(record.query.units, 32);
  EXPECT_EQ(record.support.units, 10);
  const std::vector<std::int64_t> places(shards[0].numbers.begin(), shards[0].numbers.end());
  const Record alone = train->pass(places);
  EXPECT_EQ(texts_of(record, record.query), texts_of(alone, alone.query));
  EXPECT_TRUE(at::equal(record.query_targets.classes, alone.query_targets.classes));
  EXPECT_EQ(record.support_targets.classes.size(1), 10);
  std::vector<std::int64_t> all(static_cast<std::size_t>(clean->examples()));
  std::iota(all.begin(), all.end(), 0);
  const Record every = clean->pass(all);
  const auto texts = texts_of(every, every.query);
  for (const auto& text : texts_of(record, record.support)) {
    EXPECT_NE(std::ranges::find(texts, text), texts.end());
  }
  EXPECT_TRUE((record.rows.diff() > 0).all().item<bool>());
}

TEST(StepRecords, CleanExamplesComeInTurn) {
  const World world = weighing();
  const auto source = world.source(kExamples);
  StepRecords records(*world.learner, *source, source.get());
  const auto clean_of = [&](std::int64_t step) {
    const auto shards = records.at(step);
    const Record record = shards[0].make(shards[0].numbers);
    return texts_of(record, record.support);
  };
  // 48 texts, 10 a batch: four batches of an order have no text in common.
  std::set<std::vector<std::int64_t>> seen;
  for (std::int64_t step = 0; step < 4; ++step) {
    for (const auto& text : clean_of(step)) seen.insert(text);
  }
  EXPECT_EQ(seen.size(), 40U) << "each text has a word of its own";
  EXPECT_NE(clean_of(0), clean_of(4)) << "a new order";
  EXPECT_EQ(clean_of(2), clean_of(2));
}

TEST(StepRecords, WithoutThemABatchIsCutAsEver) {
  const World world = world_of(kEncoder, "supervised", false, {{"train", {{"batch", "40"}}}});
  const auto source = world.source(kExamples);
  StepRecords records(*world.learner, *source, source.get());
  const auto shards = records.at(0);
  ASSERT_EQ(shards.size(), 3U);
  EXPECT_EQ(shards[2].numbers.size(), 8U);
  EXPECT_EQ(shards[0].make(shards[0].numbers).support.units, 0);
}

TEST(StepRecords, ABatchOfTextsThatHaveOneLossIsOneRecord) {
  const World world = world_of(kEncoder, "contrastive", true, {{"train", {{"batch", "40"}}}});
  const auto source = world.source(kExamples);
  StepRecords records(*world.learner, *source, nullptr);
  const auto shards = records.at(0);
  ASSERT_EQ(shards.size(), 1U);
  EXPECT_EQ(shards[0].numbers.size(), 40U);
  EXPECT_EQ(records.at(1).front().numbers.size(), 32U) << "what is left of 72";
}

TEST(StepRecords, ATrainingByCleanExamplesDependsOnNoThreadAndResumes) {
  const World world = weighing({{"train",
                                 {{"steps", "8"},
                                  {"batch", "20"},
                                  {"checkpoint-every", "2"},
                                  {"validate-every", "0"},
                                  {"learning-rate", "0.05"}}}});
  const auto train = world.source(kExamples);
  const auto clean = world.source(kExamples, Key{12});
  const Training run{*world.learner, *train, clean.get()};
  const TrainingOutcome one = run({}, false, 1);
  EXPECT_TRUE(same_bits(one.params, run({}, false, 3).params));
  const World plain = world_of(
      kEncoder, "supervised", false,
      {{"train",
        {{"steps", "8"}, {"batch", "20"}, {"validate-every", "0"}, {"learning-rate", "0.05"}}}});
  EXPECT_FALSE(
      same_bits(one.params,
                Training{*plain.learner, *plain.source(kExamples), clean.get()}({}, false).params));
}

TEST(StepRecords, WithoutCleanExamplesTheMethodIsRefused) {
  const World world = weighing();
  const auto train = world.source(kExamples);
  Error error = error_of([&] { Training{*world.learner, *train, nullptr}({}, false); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.where().field, "validation");
  const World by_label = world_of(kEncoder, "reweight", true);
  const auto other = by_label.source(kExamples);
  error = error_of([&] { Training{*by_label.learner, *other, other.get()}({}, false); });
  EXPECT_EQ(error.where().field, "tasks-by");
}

World beside(const std::string& options, const ConfigValues& more = {}) {
  return world_of(kEncoder, cat("fixmatch ", options), false, more);
}

TEST(StepRecords, TextsWithoutALabelStandBehindTheirShardsExamples) {
  const World world =
      beside("calibration-batch=0 unlabelled-ratio=2", {{"train", {{"batch", "40"}}}});
  const auto source = world.source(kExamples);
  StepRecords records(*world.learner, *source, nullptr, source.get());
  const auto shards = records.at(0);
  ASSERT_EQ(shards.size(), 3U);
  std::set<std::vector<std::int64_t>> seen;
  for (const Shard& shard : shards) {
    const Record record = shard.make(shard.numbers);
    EXPECT_EQ(record.query.units, std::ssize(shard.numbers));
    EXPECT_EQ(record.support.units, 2 * std::ssize(shard.numbers));
    EXPECT_TRUE((record.support_targets.classes == -1).all().item<bool>()) << "labels are not told";
    EXPECT_TRUE((record.query_targets.classes >= 0).all().item<bool>());
    EXPECT_TRUE((record.rows.diff() > 0).all().item<bool>());
    const Record alone =
        source->pass(std::vector<std::int64_t>(shard.numbers.begin(), shard.numbers.end()));
    EXPECT_EQ(texts_of(record, record.query), texts_of(alone, alone.query));
    for (const auto& text : texts_of(record, record.support)) seen.insert(text);
  }
  // 48 texts, 80 a step: all of an order, and some of the next one.
  EXPECT_EQ(seen.size(), 48U);
  const Record one = shards[0].make(std::span(shards[0].numbers).first(1));
  EXPECT_EQ(one.support.units, 2) << "an example alone has its own number of them";
}

TEST(StepRecords, CleanExamplesStandBeforeTextsWithoutALabel) {
  const World world = beside("calibration-batch=10", {{"train", {{"batch", "8"}}}});
  const auto source = world.source(kExamples);
  StepRecords records(*world.learner, *source, source.get(), source.get());
  const auto shards = records.at(3);
  ASSERT_EQ(shards.size(), 1U);
  const Record record = shards[0].make(shards[0].numbers);
  EXPECT_EQ(record.support.units, 10 + 3 * 8);
  const Tensor classes = record.support_targets.classes[0];
  EXPECT_TRUE((classes.narrow(0, 0, 10) >= 0).all().item<bool>());
  EXPECT_TRUE((classes.narrow(0, 10, 24) == -1).all().item<bool>());
}

TEST(StepRecords, ATrainingWithThemDependsOnNoThreadAndSaysWhatTaught) {
  const auto world = [](const char* sure) {
    return beside(
        cat("calibration-batch=0 least-confidence=", sure),
        {{"train",
          {{"steps", "6"}, {"batch", "40"}, {"validate-every", "0"}, {"learning-rate", "0.05"}}}});
  };
  const World any = world("0.5");
  const auto source = any.source(kExamples);
  const TemporaryFolder folder;
  const Training run{*any.learner, *source, nullptr, source.get()};
  const TrainingOutcome one = run(folder.path(), false, 1);
  EXPECT_TRUE(same_bits(one.params, run({}, false, 3).params));
  EXPECT_NE(read_file(folder.path() / "metrics.jsonl").find("\"taught\":1.0"), std::string::npos)
      << read_file(folder.path() / "metrics.jsonl");
  const World none = world("1");
  testing::internal::CaptureStderr();
  Training{*none.learner, *source, nullptr, source.get()}({}, false);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("sure enough to teach"), std::string::npos);
}

TEST(StepRecords, WithoutTextsTheMethodIsRefused) {
  const World world = beside("calibration-batch=0");
  const auto source = world.source(kExamples);
  const Error error = error_of([&] { Training{*world.learner, *source, nullptr}({}, false); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.where().field, "unlabelled");
  const World calibrated = beside("calibration-batch=5");
  const Error other =
      error_of([&] { Training{*calibrated.learner, *source, nullptr, source.get()}({}, false); });
  EXPECT_NE(other.hint().find("--calibration-batch 0"), std::string::npos) << other.hint();
}

}  // namespace
}  // namespace inkling
