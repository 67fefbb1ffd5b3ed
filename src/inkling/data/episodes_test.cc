#include "inkling/data/episodes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/data/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Episodes, SupportAndQueryShareNoExampleAndNoText) {
  EXPECT_TRUE(rc::check([] {
    const auto by = *rc::gen::element(TasksBy::label, TasksBy::group, TasksBy::single);
    EpisodeShape shape{*rc::gen::inRange(1, 4), *rc::gen::inRange(0, 4), *rc::gen::inRange(1, 4),
                       *rc::gen::arbitrary<bool>(), *rc::gen::inRange(0, 4)};
    if (by == TasksBy::label && shape.unlabelled > 0) {
      shape.distractors = *rc::gen::inRange<std::int64_t>(0, 5 - shape.ways);
    }
    // Texts that stand in the pool several times, under several labels and in several groups.
    const auto texts = *rc::gen::inRange<std::uint64_t>(20, 200);
    std::vector<PoolExample> pool = pool_of(4, 3, 30);
    for (PoolExample& example : pool) example.text = *rc::gen::inRange<std::uint64_t>(0, texts);
    try {
      const EpisodeSampler sampler = sampler_of(pool, by, shape);
      for (std::uint64_t i = 0; i < 5; ++i) expect_lawful(sampler.at(kKey, i), sampler, pool);
    } catch (const Error& error) {
      RC_ASSERT(error.kind() == ErrorKind::data);
      RC_TAG("too few");
    }
  }));
  EXPECT_FALSE(testing::Test::HasFailure());
}

TEST(Episodes, ATextUnderTwoLabelsNeverMeetsItself) {
  // Texts 0 to 9 stand under both labels, 10 to 14 under one each.
  std::vector<PoolExample> pool;
  for (std::int32_t label = 0; label < 2; ++label) {
    for (std::uint64_t text = 0; text < 16; ++text)
      pool.push_back({static_cast<std::int64_t>(pool.size()), label, 0,
                      text < 10 ? text : text + 100 * static_cast<std::uint64_t>(label + 1)});
  }
  const EpisodeSampler sampler = sampler_of(pool, TasksBy::single, {2, 4, 4});
  std::set<std::uint64_t> seen;
  for (std::uint64_t i = 0; i < 500; ++i) {
    const Episode episode = sampler.at(kKey, i);
    expect_lawful(episode, sampler, pool);
    for (const std::int64_t index : episode.query)
      seen.insert(pool[static_cast<std::size_t>(index)].text);
  }
  EXPECT_EQ(seen.size(), 10U + 6 + 6);
  EXPECT_THAT(fault(ErrorKind::data, pool, TasksBy::single, {2, 4, 5}),
              HasSubstr("class 'L0' has 16 different texts, 10 of them under other labels too; "
                        "2-way 4-shot tasks with 5 queries a class need 9"));
}

TEST(Episodes, ByLabelTheOrderOfClassesIsRandom) {
  const std::vector<PoolExample> pool = pool_of(10, 1, 10);
  const EpisodeSampler sampler = sampler_of(pool, TasksBy::label, {5, 2, 3});
  std::map<std::int32_t, int> first;
  const int episodes = 5000;
  for (std::uint64_t i = 0; i < episodes; ++i) {
    const Episode episode = sampler.at(kKey, i);
    expect_lawful(episode, sampler, pool);
    ++first[episode.labels[0]];
    EXPECT_EQ(std::set(episode.labels.begin(), episode.labels.end()).size(), 5U);
  }
  // Class 0 is each label in a tenth of the episodes: within five standard deviations.
  ASSERT_EQ(first.size(), 10U);
  for (const auto& [label, count] : first) EXPECT_NEAR(count, episodes / 10, 110) << label;
}

TEST(Episodes, ByGroupEveryLabelIsAClassInOrder) {
  const std::vector<PoolExample> pool = pool_of(3, 4, 10);
  const EpisodeSampler sampler = sampler_of(pool, TasksBy::group, {2, 2, 3});
  EXPECT_EQ(sampler.shape().ways, 3);
  std::map<std::int32_t, int> groups;
  const int episodes = 4000;
  for (std::uint64_t i = 0; i < episodes; ++i) {
    const Episode episode = sampler.at(kKey, i);
    expect_lawful(episode, sampler, pool);
    EXPECT_THAT(episode.labels, ElementsAre(0, 1, 2));
    ++groups[episode.group];
  }
  ASSERT_EQ(groups.size(), 4U);
  for (const auto& [group, count] : groups) EXPECT_NEAR(count, episodes / 4, 140) << group;
}

TEST(Episodes, SingleDrawsFromTheWholePool) {
  const std::vector<PoolExample> pool = pool_of(2, 3, 4);
  const EpisodeSampler sampler = sampler_of(pool, TasksBy::single, {2, 6, 6});
  const Episode episode = sampler.at(kKey, 0);
  expect_lawful(episode, sampler, pool);
  EXPECT_THAT(episode.labels, ElementsAre(0, 1));
  std::vector<std::int64_t> all = episode.support;
  all.insert(all.end(), episode.query.begin(), episode.query.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all.size(), pool.size());
  EXPECT_EQ(all.front(), 100);
  EXPECT_TRUE(std::adjacent_find(all.begin(), all.end()) == all.end());
}

TEST(Episodes, EveryExampleIsDrawnAboutAsOften) {
  const std::vector<PoolExample> pool = pool_of(2, 1, 20);
  const EpisodeSampler sampler = sampler_of(pool, TasksBy::single, {2, 1, 4});
  std::map<std::int64_t, int> support;
  std::map<std::int64_t, int> query;
  const int episodes = 4000;
  for (std::uint64_t i = 0; i < episodes; ++i) {
    const Episode episode = sampler.at(kKey, i);
    for (const std::int64_t index : episode.support) ++support[index];
    for (const std::int64_t index : episode.query) ++query[index];
  }
  ASSERT_EQ(support.size(), 40U);
  for (const auto& [index, count] : support) EXPECT_NEAR(count, episodes / 20, 70) << index;
  for (const auto& [index, count] : query) EXPECT_NEAR(count, episodes / 5, 130) << index;
}

TEST(Episodes, ArePureFunctionsOfKeyAndNumber) {
  const std::vector<PoolExample> pool = pool_of(6, 2, 30);
  const EpisodeSampler sampler = sampler_of(pool, TasksBy::label, {3, 2, 4});
  std::vector<Episode> forwards;
  for (std::uint64_t i = 0; i < 20; ++i) forwards.push_back(sampler.at(kKey, i));
  for (std::uint64_t i = 20; i-- > 0;) EXPECT_TRUE(same(sampler.at(kKey, i), forwards[i]));
  const EpisodeSampler another = sampler_of(pool, TasksBy::label, {3, 2, 4});
  EXPECT_TRUE(same(another.at(kKey, 5), forwards[5]));
  EXPECT_FALSE(same(sampler.at(Key{8}, 5), forwards[5]));
  EXPECT_FALSE(same(forwards[4], forwards[5]));
}

TEST(Episodes, AreTheSameInMemoryThatHeldAnother) {
  std::vector<PoolExample> pool = pool_of(6, 2, 30);
  for (PoolExample& example : pool) {
    if (example.text < 100) example.text /= 2;  // under two labels
  }
  Episode used;
  for (const bool natural : {false, true, false}) {
    for (const TasksBy by : {TasksBy::label, TasksBy::group, TasksBy::single}) {
      const std::int64_t ways = by == TasksBy::label ? 3 : 6;
      const EpisodeSampler sampler = sampler_of(pool, by, {ways, 2, 4, natural});
      for (std::uint64_t i = 0; i < 5; ++i) {
        sampler.at(kKey, i, used);
        EXPECT_TRUE(same(used, sampler.at(kKey, i)));
      }
    }
  }
}

TEST(Episodes, ANaturalQueryHasTheMixOfItsTask) {
  // Of label 0 there are 10 texts, of label 1 are 30, of label 2 are 60; of group 1 it is the
  // other way round.
  std::vector<PoolExample> pool;
  const std::vector<int> sizes = {10, 30, 60};
  for (std::int32_t group = 0; group < 2; ++group) {
    for (std::int32_t label = 0; label < 3; ++label) {
      const int count = sizes[static_cast<std::size_t>(group == 0 ? label : 2 - label)];
      for (int i = 0; i < count; ++i) {
        const auto number = static_cast<std::int64_t>(pool.size());
        pool.push_back({number, label, group, static_cast<std::uint64_t>(number)});
      }
    }
  }
  const EpisodeSampler sampler = sampler_of(pool, TasksBy::group, {3, 2, 5, true});
  std::map<std::int32_t, std::vector<double>> drawn;
  std::map<std::int64_t, int> times;
  std::map<std::int32_t, int> groups;
  const int episodes = 4000;
  for (std::uint64_t i = 0; i < episodes; ++i) {
    const Episode episode = sampler.at(kKey, i);
    expect_lawful(episode, sampler, pool);
    std::vector<double>& counts = drawn[episode.group];
    counts.resize(3);
    for (const std::int32_t number : episode.query_classes)
      ++counts[static_cast<std::size_t>(number)];
    for (const std::int64_t index : episode.query) ++times[index];
    ++groups[episode.group];
  }
  for (std::int32_t group = 0; group < 2; ++group) {
    for (std::size_t label = 0; label < 3; ++label) {
      // 15 of the 94 texts that are not support: within five standard deviations of their share.
      const double left = sizes[group == 0 ? label : 2 - label] - 2;
      const double all = groups[group] * 15.0;
      EXPECT_NEAR(drawn[group][label] / all, left / 94, 5 * std::sqrt(.25 / all)) << label;
    }
  }
  EXPECT_EQ(times.size(), pool.size()) << "every text is drawn sometimes";
}

TEST(Episodes, ANaturalQueryIsNotBoundToItsClassesOrder) {
  const std::vector<PoolExample> pool = pool_of(5, 1, 12);
  const EpisodeSampler sampler = sampler_of(pool, TasksBy::label, {3, 1, 4, true});
  bool mixed = false;
  bool lacking = false;
  for (std::uint64_t i = 0; i < 200; ++i) {
    const Episode episode = sampler.at(kKey, i);
    expect_lawful(episode, sampler, pool);
    const auto& classes = episode.query_classes;
    mixed = mixed || !std::is_sorted(classes.begin(), classes.end());
    lacking = lacking || std::set(classes.begin(), classes.end()).size() < 3;
    EXPECT_TRUE(same(episode, sampler.at(kKey, i)));
  }
  EXPECT_TRUE(mixed);
  EXPECT_TRUE(lacking) << "a class may have no query";
  EXPECT_FALSE(same(sampler.at(kKey, 0), sampler.at(kKey, 1)));
  EXPECT_FALSE(same(sampler.at(kKey, 0), sampler.at(Key{8}, 0)));
}

TEST(Episodes, ANaturalQueryMayBeAllThatTheSupportLeaves) {
  const std::vector<PoolExample> pool = pool_of(2, 1, 12);
  const EpisodeSampler sampler = sampler_of(pool, TasksBy::single, {2, 3, 9, true});
  std::set<std::int64_t> all;
  const Episode episode = sampler.at(kKey, 0);
  all.insert(episode.support.begin(), episode.support.end());
  all.insert(episode.query.begin(), episode.query.end());
  EXPECT_EQ(all.size(), 24U) << "the query is all that is left";
}

TEST(Episodes, ANaturalQueryPassesOverTextsUnderManyLabels) {
  // Ten texts stand under all of five labels, ten more under one label each (two a label).
  std::vector<PoolExample> pool;
  for (std::int32_t label = 0; label < 5; ++label) {
    for (std::uint64_t text = 0; text < 12; ++text) {
      pool.push_back({static_cast<std::int64_t>(pool.size()), label, 0,
                      text < 10 ? text : text + 100 * static_cast<std::uint64_t>(label + 1)});
    }
  }
  // 5 * (1 + 3) are all of the texts.
  const EpisodeSampler sampler = sampler_of(pool, TasksBy::single, {5, 1, 3, true});
  for (std::uint64_t i = 0; i < 200; ++i) expect_lawful(sampler.at(kKey, i), sampler, pool);
}

TEST(Episodes, ANaturalQueryOfNoneIsEmpty) {
  const std::vector<PoolExample> pool = pool_of(2, 1, 12);
  const EpisodeSampler sampler = sampler_of(pool, TasksBy::single, {2, 3, 0, true});
  EXPECT_TRUE(sampler.at(kKey, 0).query.empty());
}

TEST(Episodes, TooFewTextsForANaturalQueryNameGroupAndCounts) {
  // A class needs its shots alone; the task needs texts for support and query.
  std::vector<PoolExample> pool = pool_of(2, 3, 8);
  std::erase_if(pool, [](const PoolExample& example) {
    return example.group == 2 && example.label == 1 && example.index > 112;
  });
  EXPECT_EQ(fault(ErrorKind::data, pool, TasksBy::group, {2, 2, 3, true}), "");
  EXPECT_EQ(fault(ErrorKind::data, pool, TasksBy::group, {2, 2, 4, true}),
            "group 'G2' has 10 different texts; 2-way 2-shot tasks with 8 queries need 12 (ask for "
            "fewer shots or queries, or leave it out)");
  EXPECT_THAT(fault(ErrorKind::data, pool, TasksBy::group, {2, 3, 1, true}),
              HasSubstr("class 'L1' of group 'G2' has 2 different texts"));
  EXPECT_THAT(fault(ErrorKind::data, pool_of(3, 1, 8), TasksBy::label, {2, 2, 7, true}),
              HasSubstr("a task may have no more than 16 different texts"));
  EXPECT_EQ(fault(ErrorKind::data, pool_of(3, 1, 8), TasksBy::label, {2, 2, 6, true}), "");
}

TEST(Episodes, AnEmptySupportIsAllowed) {
  const std::vector<PoolExample> pool = pool_of(2, 1, 5);
  const EpisodeSampler sampler = sampler_of(pool, TasksBy::label, {2, 0, 5});
  const Episode episode = sampler.at(kKey, 0);
  EXPECT_TRUE(episode.support.empty());
  EXPECT_EQ(episode.query.size(), 10U);
}

TEST(Episodes, EqualTextsOfAClassCountOnce) {
  std::vector<PoolExample> pool = pool_of(2, 1, 6);
  for (PoolExample& example : pool) {
    if (example.label == 1) example.text = example.index < 106 ? 1000 : example.text;
  }
  // Label 1 has the indices 101, 103 and 105 under one text, and three more.
  EXPECT_EQ(fault(ErrorKind::data, pool, TasksBy::label, {2, 1, 3}), "");
  EXPECT_THAT(fault(ErrorKind::data, pool, TasksBy::label, {2, 1, 4}),
              HasSubstr("class 'L1' has 4 different texts; 2-way 1-shot tasks with 4 queries"));
}

TEST(Episodes, TooFewExamplesNameClassAndGroupAndCounts) {
  std::vector<PoolExample> pool = pool_of(2, 3, 8);
  EXPECT_EQ(fault(ErrorKind::data, pool, TasksBy::group, {2, 5, 3}), "");
  std::erase_if(pool, [](const PoolExample& example) {
    return example.group == 2 && example.label == 1 && example.index > 120;
  });
  EXPECT_EQ(fault(ErrorKind::data, pool, TasksBy::group, {2, 5, 3}),
            "class 'L1' of group 'G2' has 3 different texts; 2-way 5-shot tasks with 3 queries a "
            "class need 8 (ask for fewer shots or queries, or leave it out)");
  EXPECT_EQ(fault(ErrorKind::data, pool, TasksBy::label, {2, 5, 13}), "");
}

TEST(Episodes, AGroupThatLacksALabelIsAnError) {
  std::vector<PoolExample> pool = pool_of(2, 2, 8);
  std::erase_if(
      pool, [](const PoolExample& example) { return example.group == 1 && example.label == 0; });
  EXPECT_THAT(fault(ErrorKind::data, pool, TasksBy::group, {2, 1, 1}),
              HasSubstr("class 'L0' of group 'G1' has 0 different texts"));
}

TEST(Episodes, TooFewClassesAreAnError) {
  EXPECT_EQ(
      fault(ErrorKind::usage, pool_of(4, 1, 8), TasksBy::label, {5, 1, 1}),
      "5-way tasks need 5 classes, and there are 4 (ask for fewer ways, or allow more labels)");
  EXPECT_NE(fault(ErrorKind::usage, pool_of(1, 3, 8), TasksBy::group, {2, 1, 1}), "");
  EXPECT_NE(fault(ErrorKind::usage, {}, TasksBy::single, {2, 1, 1}), "");
  EXPECT_NE(fault(ErrorKind::usage, pool_of(2, 1, 8), TasksBy::label, {0, 1, 1}), "");
  EXPECT_NE(fault(ErrorKind::usage, pool_of(2, 1, 8), TasksBy::label, {2, -1, 5}), "");
  EXPECT_NE(fault(ErrorKind::usage, pool_of(2, 1, 8), TasksBy::label, {2, 1, 1, false, -1}), "");
  EXPECT_NE(fault(ErrorKind::usage, pool_of(2, 1, 8), TasksBy::label, {2, 0, 0}), "");
}

}  // namespace
}  // namespace inkling
