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

namespace inkling {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr Key kKey{7};

std::vector<std::string> names(std::string_view prefix, std::int64_t count) {
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < count; ++i) names.push_back(cat(prefix, i));
  return names;
}

/// `each` examples of each label in each group, each with a text of its own; indices from 100.
std::vector<PoolExample> pool_of(std::int32_t labels, std::int32_t groups, std::int64_t each) {
  std::vector<PoolExample> pool;
  for (std::int64_t i = 0; i < each; ++i) {
    for (std::int32_t group = 0; group < groups; ++group) {
      for (std::int32_t label = 0; label < labels; ++label) {
        const auto number = static_cast<std::int64_t>(pool.size());
        pool.push_back({100 + number, label, group, static_cast<std::uint64_t>(number)});
      }
    }
  }
  return pool;
}

EpisodeSampler sampler_of(const std::vector<PoolExample>& pool, TasksBy by, EpisodeShape shape) {
  return {pool, by, shape, names("L", 50), names("G", 50)};
}

bool same(const Episode& a, const Episode& b) {
  return a.support == b.support && a.query == b.query && a.support_classes == b.support_classes &&
         a.query_classes == b.query_classes && a.labels == b.labels && a.group == b.group;
}

/// The message and hint of the Error that making the sampler gives.
std::string fault(ErrorKind kind, const std::vector<PoolExample>& pool, TasksBy by,
                  EpisodeShape shape) {
  try {
    sampler_of(pool, by, shape);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.what();
  }
  return "";
}

/// Every promise of an episode that does not depend on what was drawn.
void expect_lawful(const Episode& episode, const EpisodeSampler& sampler,
                   const std::vector<PoolExample>& pool) {
  const EpisodeShape& shape = sampler.shape();
  ASSERT_EQ(static_cast<std::int64_t>(episode.labels.size()), shape.ways);
  const std::int64_t labelled = shape.ways * shape.shots;
  ASSERT_EQ(static_cast<std::int64_t>(episode.support.size()),
            labelled + (shape.ways + shape.distractors) * shape.unlabelled);
  ASSERT_EQ(static_cast<std::int64_t>(episode.query.size()), shape.ways * shape.queries);
  ASSERT_EQ(episode.support.size(), episode.support_classes.size());
  ASSERT_EQ(episode.query.size(), episode.query_classes.size());
  std::map<std::int64_t, PoolExample> by_index;
  for (const PoolExample& example : pool) by_index[example.index] = example;
  std::set<std::uint64_t> texts;
  const auto check = [&](std::int64_t index, std::int32_t number) {
    const PoolExample& example = by_index.at(index);
    EXPECT_EQ(example.label, episode.labels[static_cast<std::size_t>(number)]);
    EXPECT_TRUE(texts.insert(example.text).second) << "a text is there twice";
    if (sampler.tasks_by() == TasksBy::group) {
      EXPECT_EQ(example.group, episode.group);
    }
  };
  for (std::size_t i = 0; i < static_cast<std::size_t>(labelled); ++i) {
    EXPECT_EQ(episode.support_classes[i], static_cast<std::int64_t>(i) / shape.shots);
    check(episode.support[i], episode.support_classes[i]);
  }
  std::map<std::int32_t, std::int64_t> of_label;
  for (auto i = static_cast<std::size_t>(labelled); i < episode.support.size(); ++i) {
    EXPECT_EQ(episode.support_classes[i], -1);
    const PoolExample& example = by_index.at(episode.support[i]);
    EXPECT_TRUE(texts.insert(example.text).second) << "a text is there twice";
    if (sampler.tasks_by() == TasksBy::group) {
      EXPECT_EQ(example.group, episode.group);
    }
    ++of_label[example.label];
  }
  if (shape.unlabelled > 0) {
    EXPECT_EQ(std::ssize(of_label), shape.ways + shape.distractors);
    for (const std::int32_t label : episode.labels) EXPECT_TRUE(of_label.contains(label));
    for (const auto& [label, count] : of_label) EXPECT_EQ(count, shape.unlabelled) << label;
  }
  for (std::size_t i = 0; i < episode.query.size(); ++i) {
    if (!shape.natural) {
      EXPECT_EQ(episode.query_classes[i], static_cast<std::int64_t>(i) / shape.queries);
    }
    check(episode.query[i], episode.query_classes[i]);
  }
  if (sampler.tasks_by() != TasksBy::group) {
    EXPECT_EQ(episode.group, -1);
  }
}

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

TEST(Episodes, AreTheSameWithUnlabelledExamplesBesideThem) {
  std::vector<PoolExample> pool = pool_of(6, 2, 30);
  for (PoolExample& example : pool) {
    if (example.text < 100) example.text /= 2;  // under two labels
  }
  for (const bool natural : {false, true}) {
    for (const TasksBy by : {TasksBy::label, TasksBy::group, TasksBy::single}) {
      const std::int64_t ways = by == TasksBy::label ? 3 : 6;
      const std::int64_t distractors = by == TasksBy::label ? 2 : 0;
      EpisodeShape shape{ways, 2, natural ? 1 : 4, natural};
      const EpisodeSampler plain = sampler_of(pool, by, shape);
      shape.unlabelled = 4;
      shape.distractors = distractors;
      const EpisodeSampler more = sampler_of(pool, by, shape);
      bool differs = false;
      for (std::uint64_t i = 0; i < 20; ++i) {
        Episode episode = more.at(kKey, i);
        expect_lawful(episode, more, pool);
        EXPECT_TRUE(same(episode, more.at(kKey, i)));
        differs = differs || episode.support.back() != more.at(kKey, i + 1).support.back();
        const auto labelled = static_cast<std::size_t>(ways * 2);
        episode.support.resize(labelled);
        episode.support_classes.resize(labelled);
        EXPECT_TRUE(same(episode, plain.at(kKey, i)));
      }
      EXPECT_TRUE(differs);
    }
  }
}

TEST(Episodes, UnlabelledExamplesMayBeAllThatIsLeft) {
  const std::vector<PoolExample> pool = pool_of(4, 1, 9);
  const EpisodeSampler sampler = sampler_of(pool, TasksBy::label, {2, 2, 3, false, 4, 2});
  std::set<std::int32_t> distractors;
  for (std::uint64_t i = 0; i < 50; ++i) {
    const Episode episode = sampler.at(kKey, i);
    expect_lawful(episode, sampler, pool);
    distractors.insert((static_cast<std::int32_t>(episode.support.back()) - 100) % 4);
  }
  EXPECT_EQ(distractors.size(), 4U) << "every class is a distractor sometimes";
}

TEST(Episodes, TooFewExamplesForUnlabelledOnesNameClassAndCounts) {
  EXPECT_EQ(fault(ErrorKind::data, pool_of(2, 1, 9), TasksBy::label, {2, 2, 3, false, 4}), "");
  EXPECT_EQ(
      fault(ErrorKind::data, pool_of(2, 1, 8), TasksBy::label, {2, 2, 3, false, 4}),
      "class 'L0' has 8 different texts; 2-way 2-shot tasks with 3 queries and 4 unlabelled a "
      "class need 9 (ask for fewer shots, queries or unlabelled, or leave it out)");
  // All six queries of a natural mix may be of one class.
  EXPECT_EQ(fault(ErrorKind::data, pool_of(2, 1, 12), TasksBy::single, {2, 2, 3, true, 4}), "");
  EXPECT_THAT(fault(ErrorKind::data, pool_of(2, 1, 11), TasksBy::single, {2, 2, 3, true, 4}),
              HasSubstr("need 12"));
}

TEST(Episodes, DistractorsAreOtherClassesOfTasksByLabel) {
  const std::vector<PoolExample> pool = pool_of(4, 1, 20);
  EXPECT_EQ(fault(ErrorKind::usage, pool, TasksBy::label, {2, 1, 1, false, 3, 2}), "");
  EXPECT_EQ(fault(ErrorKind::usage, pool, TasksBy::label, {2, 1, 1, false, 3, 3}),
            "2-way tasks with 3 distractors need 5 classes, and there are 4 (ask for fewer ways or "
            "distractors, or allow more labels)");
  EXPECT_THAT(fault(ErrorKind::usage, pool, TasksBy::label, {2, 1, 1, false, 0, 2}),
              HasSubstr("none are asked for"));
  EXPECT_THAT(fault(ErrorKind::usage, pool, TasksBy::single, {4, 1, 1, false, 3, 2}),
              HasSubstr("--tasks-by label"));
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
