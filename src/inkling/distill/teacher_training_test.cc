#include "inkling/distill/teacher_training.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "inkling/distill/labelled_data.h"
#include "inkling/distill/test_help.h"
#include "inkling/tensor/test_help.h"

namespace inkling::distill {
namespace {

using inkling::testing_help::error_of;
using testing_help::Files;
using testing_help::reviews;
using testing_help::small_config;
using testing_help::small_options;

TextSplit split_of(const std::vector<std::pair<std::string, std::int32_t>>& texts) {
  TextSplit split;
  split.labels = {"bad", "good"};
  for (const auto& [text, label] : texts) {
    split.pool.push_back(
        {std::ssize(split.texts), label, 0, static_cast<std::uint64_t>(split.texts.size())});
    split.texts.push_back(text);
  }
  return split;
}

TEST(LinearTeacher, IsAtTheMinimumOfItsPenalisedLoss) {
  // One word a text: with a penalty p the weight of the word "a", always good, solves
  // n_a (1 - sigmoid(w + b)) = p w by symmetry with b = 0.
  const Files files;
  Workers workers(1);
  DistillOptions options = small_options(files);
  options.teacher_ngrams = 1;
  const TextSplit split = split_of({{"a", 1}, {"a", 1}, {"b", 0}, {"b", 0}});
  const TrainedModel model =
      LinearFit("tfidf", small_config(files), options, split, workers).at(.5);
  const Vocabulary& words = model.learner->vocabulary();
  const auto weight = [&](const char* word) {
    return model.meta.at("encoder.embedding")[words.id(word)][0].item<double>();
  };
  const double w = weight("a");
  EXPECT_NEAR(weight("b"), -w, 1e-4);
  EXPECT_NEAR(2 * (1 - 1 / (1 + std::exp(-w))), .5 * w, 1e-4);
  EXPECT_NEAR(model.meta.at("head.bias").item<double>(), 0, 1e-4);
}

TEST(LinearTeacher, OfNaiveBayesAWordThatTellsMoreIsHeldLess) {
  const Files files;
  Workers workers(1);
  DistillOptions options = small_options(files);
  options.teacher_ngrams = 1;
  // c stands in texts of both classes alike: its ratio, and so its weight, is zero.
  const TextSplit split = split_of({{"a c", 1}, {"a c", 1}, {"b c", 0}, {"b c", 0}});
  const TrainedModel model = LinearFit("nb", small_config(files), options, split, workers).at(.5);
  const Vocabulary& words = model.learner->vocabulary();
  const Tensor& table = model.meta.at("encoder.embedding");
  EXPECT_NEAR(table[words.id("c")][0].item<double>(), 0, 1e-7);
  EXPECT_GT(table[words.id("a")][0].item<double>(), .5);
}

TEST(TeacherTraining, EqualTextsAreInOneFoldAndEachFoldHasBothClasses) {
  TextSplit split;
  split.labels = {"bad", "good"};
  for (int i = 0; i < 40; ++i) {
    split.pool.push_back({i, i % 2, 0, static_cast<std::uint64_t>(i % 20)});
    split.texts.push_back(cat("text ", i % 20));
  }
  const auto fold_of = fold_of_each(split, 4, 3);
  std::set<std::pair<std::int32_t, std::int32_t>> seen;
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(fold_of[i], fold_of[i + 20]);
  for (std::size_t i = 0; i < 40; ++i) seen.emplace(fold_of[i], split.pool[i].label);
  EXPECT_EQ(seen.size(), 8);
  EXPECT_EQ(fold_of, fold_of_each(split, 4, 3));
  EXPECT_TRUE(fold_of_each(split, 1, 3).empty());
}

TEST(TeacherTraining, AClassOfFewTextsHasFewerFolds) {
  const TextSplit three = split_of({{"a", 0}, {"b", 0}, {"c", 0}, {"d", 1}, {"e", 1}, {"f", 1}});
  const auto fold_of = fold_of_each(three, 5, 0);
  EXPECT_EQ(std::set<std::int32_t>(fold_of.begin(), fold_of.end()).size(), 3);
  EXPECT_TRUE(fold_of_each(split_of({{"a", 0}, {"b", 0}, {"c", 1}}), 5, 0).empty());
}

TEST(TeacherTraining, AnOutOfFoldAnswerDoesNotKnowItsLabel) {
  // A word that stands in one text alone tells all of that text's label to a teacher that has seen
  // it.
  const Files files;
  Workers workers(1);
  DistillOptions options = small_options(files);
  options.teacher_ngrams = 1;
  std::vector<std::pair<std::string, std::int32_t>> texts;
  for (int i = 0; i < 12; ++i) texts.emplace_back(cat("only", i), i % 2);
  const TextSplit split = split_of(texts);
  const TaughtTeacher made = taught("tfidf", small_config(files), options, split, {}, workers);
  ASSERT_EQ(made.out_of_fold.size(), 24);
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_NEAR(made.out_of_fold[2 * i], .5, .1) << i;
  }
}

TEST(TeacherTraining, AFilesOwnDataTeachNothingThatIsHidden) {
  const Files files;
  Workers workers(1);
  const DistillOptions options = small_options(files);
  const RunConfig config = small_config(files);
  const std::string data = files.write("own.jsonl", reviews(40, 200));
  const std::string file = files.write(
      "meta.toml",
      cat("[data]\ntrain = [\"", data, "\"]\ntasks-by = \"single\"\nholdout = 0\n",
          "[episodes]\nshots = 2\nqueries = 2\n[encoder]\ndimensions = 4\n",
          "[method]\nname = \"protonet\"\n", "[train]\nsteps = 2\nvalidate-every = 0\n"));
  const LabelledData labelled = labelled_data(config, options);
  const TextSplit& split = labelled.splits.train;
  EXPECT_NE(taught(file, config, options, split, {}, workers).adapted, nullptr);
  Sentences hidden;
  const TextSplit own = training_splits(config_from_values(read_config(file))).train;
  hidden.insert(own.texts.begin(), own.texts.end());
  const Error error = error_of([&] { taught(file, config, options, split, hidden, workers); });
  EXPECT_NE(error.message().find("there are 0"), std::string::npos) << error.message();
}

TEST(TeacherTraining, ABadPenaltyIsRefused) {
  DistillOptions options;
  options.penalties = {"1", "0"};
  EXPECT_EQ(error_of([&] { penalties_of(options); }).where().field, "penalties");
  options.penalties = {};
  EXPECT_EQ(error_of([&] { penalties_of(options); }).where().field, "penalties");
}

TEST(LabelledData, KeepsAsManyLabelsOfEachClassAndHidesTheOthers) {
  const Files files;
  DistillOptions options = small_options(files);
  options.labels = 10;
  const RunConfig config = small_config(files, {{"data", {{"holdout", "0.2"}}}});
  const LabelledData data = labelled_data(config, options);
  EXPECT_EQ(data.splits.train.pool.size(), 8);
  EXPECT_EQ(data.splits.validation.pool.size(), 2);
  EXPECT_EQ(data.hidden.size(), 50);
  int good = 0;
  for (const PoolExample& example : data.splits.train.pool) good += example.label;
  EXPECT_EQ(good, 4);
  std::set<std::string> known(data.splits.train.texts.begin(), data.splits.train.texts.end());
  known.insert(data.splits.validation.texts.begin(), data.splits.validation.texts.end());
  for (const std::string& text : data.hidden) EXPECT_FALSE(known.contains(text)) << text;
  options.labels = 62;
  EXPECT_EQ(error_of([&] { labelled_data(config, options); }).where().field, "labels");
}

}  // namespace
}  // namespace inkling::distill
