#include "inkling/train/fixed_tasks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "inkling/tensor/test_help.h"
#include "inkling/train/task_data.h"
#include "inkling/train/task_data_files.h"

namespace inkling {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_help::config_with;
using testing_help::error_of;
using testing_help::Files;
using testing_help::line;

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

}  // namespace
}  // namespace inkling
