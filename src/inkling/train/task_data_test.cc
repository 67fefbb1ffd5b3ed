#include "inkling/train/task_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "inkling/base/file.h"
#include "inkling/base/strings.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/data/vectors.h"
#include "inkling/tensor/test_help.h"
#include "inkling/train/fixed_tasks.h"

namespace inkling {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_help::error_of;

/// A JSON line of a text with a label and, where given, a domain and a split.
std::string line(const std::string& text, const std::string& label, const std::string& domain = "",
                 const std::string& split = "") {
  std::string attributes;
  if (!domain.empty()) attributes += cat("\"domain\": \"", domain, "\"");
  if (!split.empty()) attributes += cat(domain.empty() ? "" : ", ", "\"split\": \"", split, "\"");
  return cat("{\"text\": \"", text, "\", \"label\": \"", label, "\", \"attributes\": {", attributes,
             "}}\n");
}

/// Files of texts, and a configuration that names them.
struct Files {
  TemporaryFolder folder;

  std::string write(const std::string& name, const std::string& content) const {
    const auto path = folder.path() / name;
    write_file(path, content);
    return path.string();
  }

  /// `each` texts of each label that say in which split they are, train or test.
  std::string both_splits(int each) const {
    std::string content;
    for (int i = 0; i < each; ++i) {
      for (const char* label : {"bad", "good"}) {
        for (const char* split : {"train", "test"})
          content += line(cat(split, " ", label, " ", i), label, "books", split);
      }
    }
    return write("all.jsonl", content);
  }

  /// `each` texts of each label in each of the domains ("" for none).
  std::string texts(const std::string& name, const std::string& word,
                    const std::vector<std::string>& domains, int each,
                    const std::vector<std::string>& labels = {"bad", "good"}) const {
    std::string content;
    for (const std::string& domain : domains) {
      for (int i = 0; i < each; ++i) {
        for (const std::string& label : labels)
          content += line(cat(word, " ", label, " ", domain, " ", i), label, domain);
      }
    }
    return write(name, content);
  }
};

RunConfig config_with(const ConfigValues& values) {
  return config_from_values(
      merged({{"data", {{"holdout", "0"}}},
              {"episodes", {{"ways", "2"}, {"shots", "2"}, {"queries", "3"}}}},
             values));
}

/// A test of two domains with supports of its own.
struct Given : Files {
  std::string test = texts("test.jsonl", "test", {"books", "music"}, 6);
  std::string pool = texts("pool.jsonl", "pool", {"books", "music"}, 8);

  RunConfig config(const ConfigValues& more = {}) const {
    return config_with(merged(
        {{"data", {{"test", test}, {"test-support", pool}}}, {"eval", {{"draws", "3"}}}}, more));
  }
};

/// What every fixed test keeps.
void expect_lawful(const FixedTest& made, std::int64_t shots) {
  ASSERT_EQ(made.tasks.parts.size(), made.tasks.tasks.size());
  for (const Episode& part : made.tasks.parts) {
    ASSERT_EQ(part.support.size(), part.support_classes.size());
    ASSERT_EQ(part.query.size(), part.query_classes.size());
    std::set<std::string> texts;
    std::map<std::int32_t, std::int64_t> counts;
    for (std::size_t i = 0; i < part.support.size(); ++i) {
      const auto place = static_cast<std::size_t>(part.support[i]);
      EXPECT_GE(place, made.split.pool.size()) << "supports come after the test texts";
      EXPECT_TRUE(texts.insert(made.split.texts.at(place)).second) << "a text is there twice";
      ++counts[part.support_classes[i]];
    }
    for (std::size_t label = 0; label < part.labels.size(); ++label) {
      EXPECT_EQ(part.labels[label], static_cast<std::int32_t>(label));
      EXPECT_EQ(counts[static_cast<std::int32_t>(label)], shots);
    }
    for (const std::int64_t place : part.query) {
      EXPECT_LT(static_cast<std::size_t>(place), made.split.pool.size());
      EXPECT_FALSE(texts.contains(made.split.texts.at(static_cast<std::size_t>(place))));
    }
  }
}

TEST(FixedTest, IsOneTaskAGroupAndDraw) {
  const Given given;
  const FixedTest made = fixed_test(given.config(), {"bad", "good"});
  expect_lawful(made, 2);
  EXPECT_THAT(made.tasks.tasks, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_EQ(made.split.texts.size(), 24U + 32);
  for (std::size_t i = 0; i < 6; ++i) {
    const Episode& part = made.tasks.parts[i];
    EXPECT_EQ(part.group, i < 3 ? 0 : 1);
    EXPECT_EQ(part.query.size(), 12U) << "all of the group";
    const std::string domain = i < 3 ? "books" : "music";
    for (const auto* places : {&part.support, &part.query}) {
      for (const std::int64_t place : *places)
        EXPECT_THAT(made.split.texts[static_cast<std::size_t>(place)], HasSubstr(domain));
    }
    for (std::size_t q = 0; q < part.query.size(); ++q) {
      EXPECT_THAT(made.split.texts[static_cast<std::size_t>(part.query[q])],
                  HasSubstr(part.query_classes[q] == 0 ? "bad" : "good"));
    }
    for (std::size_t s = 0; s < part.support.size(); ++s) {
      EXPECT_THAT(made.split.texts[static_cast<std::size_t>(part.support[s])],
                  HasSubstr(part.support_classes[s] == 0 ? "bad" : "good"));
    }
  }
  EXPECT_NE(made.tasks.parts[0].support, made.tasks.parts[1].support);
}

TEST(FixedTest, TheSameSeedDrawsTheSame) {
  const Given given;
  const auto supports = [&](const char* seed) {
    std::vector<std::vector<std::int64_t>> all;
    for (const Episode& part :
         fixed_test(given.config({{"train", {{"seed", seed}}}}), {}).tasks.parts)
      all.push_back(part.support);
    return all;
  };
  EXPECT_EQ(supports("1"), supports("1"));
  EXPECT_NE(supports("1"), supports("2"));
}

TEST(FixedTest, CutsALongQueryInPartsThatShareTheirSupport) {
  Files files;
  const RunConfig config =
      config_with({{"data",
                    {{"tasks-by", "single"},
                     {"test", files.texts("test.jsonl", "test", {""}, 1100)},
                     {"test-support", files.texts("pool.jsonl", "pool", {""}, 5)}}},
                   {"eval", {{"draws", "2"}}}});
  const FixedTest made = fixed_test(config, {});
  expect_lawful(made, 2);
  EXPECT_THAT(made.tasks.tasks, ElementsAre(0, 0, 0, 1, 1, 1));
  std::vector<std::int64_t> first_task;
  for (std::size_t i = 0; i < 3; ++i) {
    const Episode& part = made.tasks.parts[i];
    EXPECT_EQ(part.query.size(), i < 2 ? 1024U : 152U);
    EXPECT_EQ(part.group, -1);
    EXPECT_EQ(part.support, made.tasks.parts[0].support);
    first_task.insert(first_task.end(), part.query.begin(), part.query.end());
  }
  for (std::size_t i = 0; i < first_task.size(); ++i)
    EXPECT_EQ(first_task[i], static_cast<std::int64_t>(i));
  EXPECT_EQ(first_task.size(), 2200U);
  EXPECT_NE(made.tasks.parts[3].support, made.tasks.parts[0].support);
}

TEST(FixedTest, AQueryHoldsNoTextOfItsSupportWhichHasNoneTwiceAndNoneUnderTwoLabels) {
  const Given given;
  std::string pool;
  for (const char* label : {"bad", "good"}) {
    pool += line(cat("test ", label, " books 0"), label, "books");
    pool += line("either", label, "books");
    pool += line(cat("once ", label), label, "books");
    pool += line(cat("once ", label), label, "books");
    pool += line(cat("more ", label), label, "books");
  }
  const std::string file = given.write("mixed.jsonl", pool);
  const auto config = [&](const char* shots) {
    return given.config({{"data", {{"test-support", file}, {"test-values", "books"}}},
                         {"eval", {{"draws", "20"}, {"test-shots", shots}}}});
  };
  expect_lawful(fixed_test(config("3"), {}), 3);
  const Error error = error_of([&] { fixed_test(config("4"), {}); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_EQ(error.where().file, file);
  EXPECT_EQ(error.where().field, "test-support");
  EXPECT_THAT(error.what(), HasSubstr("class 'bad' of group 'books' has 3 texts for a support, and "
                                      "4 are needed"));
}

TEST(FixedTest, ATextOfAnotherGroupsQueryMaySupport) {
  const Given given;
  const std::string pool =
      given.write("other.jsonl", line("test bad music 0", "bad", "books") +
                                     line("test good music 0", "good", "books"));
  const FixedTest made =
      fixed_test(given.config({{"data", {{"test-support", pool}, {"test-values", "books"}}},
                               {"eval", {{"draws", "1"}, {"test-shots", "1"}}}}),
                 {});
  expect_lawful(made, 1);
}

TEST(FixedTest, AGroupWithoutSupportsIsAnErrorThatNamesIt) {
  const Given given;
  const std::string pool = given.texts("few.jsonl", "pool", {"books"}, 4);
  const Error error =
      error_of([&] { fixed_test(given.config({{"data", {{"test-support", pool}}}}), {}); });
  EXPECT_THAT(error.what(), HasSubstr("class 'bad' of group 'music' has 0 texts"));
}

TEST(FixedTest, TestShotsOverrideShots) {
  const Given given;
  for (const char* shots : {"0", "1", "5"}) {
    const FixedTest made =
        fixed_test(given.config({{"eval", {{"test-shots", shots}}}}), {"bad", "good"});
    expect_lawful(made, std::stoll(shots));
    EXPECT_EQ(made.tasks.parts.size(), *shots == '0' ? 2U : 6U)
        << "without a support all draws are the same";
  }
}

TEST(FixedTest, DataWithoutTheGroupsAttributeIsOneGroup) {
  Files files;
  const RunConfig config =
      config_with({{"data",
                    {{"test", files.texts("test.jsonl", "test", {""}, 4)},
                     {"test-support", files.texts("pool.jsonl", "pool", {""}, 4)}}},
                   {"eval", {{"draws", "2"}}}});
  const FixedTest made = fixed_test(config, {"bad", "good"});
  expect_lawful(made, 2);
  EXPECT_THAT(made.split.groups, ElementsAre("all"));
  EXPECT_THAT(made.tasks.tasks, ElementsAre(0, 1));
  EXPECT_EQ(made.tasks.parts[0].query.size(), 8U);
  // Where some examples have it, one without it is an error.
  const std::string some =
      files.write("some.jsonl", line("a", "bad", "books") + line("b", "good", ""));
  const RunConfig mixed = config_with({{"data", {{"test", some}}}});
  EXPECT_EQ(error_of([&] { test_split(mixed, {}); }).kind(), ErrorKind::data);
}

TEST(FixedTest, SupportsAreOfTheModelsClasses) {
  const Given given;
  const std::string pool =
      given.texts("pool.jsonl", "pool", {"books", "music"}, 4, {"bad", "good", "gold"});
  const Error error =
      error_of([&] { fixed_test(given.config({{"data", {{"test-support", pool}}}}), {}); });
  EXPECT_THAT(error.what(), HasSubstr("the model does not know the label 'gold'"));
  const FixedTest renamed = fixed_test(
      given.config({{"data", {{"test-support", pool}, {"rename-labels", "gold=good"}}}}), {});
  expect_lawful(renamed, 2);
}

TEST(FixedTest, ConditionsChooseSupportsAndTestTexts) {
  Files files;
  const std::string all = files.both_splits(6);
  const RunConfig config = config_with({{"data",
                                         {{"train", all},
                                          {"where", "split=train"},
                                          {"test", all},
                                          {"test-where", "split=test"},
                                          {"test-support", all},
                                          {"test-support-where", "split=train"}}}});
  const FixedTest made = fixed_test(config, {});
  expect_lawful(made, 2);
  EXPECT_EQ(made.split.pool.size(), 12U);
  for (const Episode& part : made.tasks.parts) {
    for (const std::int64_t place : part.support)
      EXPECT_THAT(made.split.texts[static_cast<std::size_t>(place)], HasSubstr("train"));
  }
  for (const std::string& text : training_splits(config).train.texts)
    EXPECT_THAT(text, HasSubstr("train"));
}

TEST(FixedTest, AConditionOnSupportsThatThereAreNoneOfIsAnError) {
  const Given given;
  const Error error = error_of([&] {
    test_split(given.config({{"data", {{"test-support", ""}, {"test-support-where", "a=b"}}}}), {});
  });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.where().field, "test-support-where");
}

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

}  // namespace
}  // namespace inkling
