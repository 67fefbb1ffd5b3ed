// What tests of episodes share.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/data/episodes.h"

namespace inkling::testing_help {

inline constexpr Key kKey{7};

inline std::vector<std::string> names(std::string_view prefix, std::int64_t count) {
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < count; ++i) names.push_back(cat(prefix, i));
  return names;
}

/// `each` examples of each label in each group, each with a text of its own; indices from 100.
inline std::vector<PoolExample> pool_of(std::int32_t labels, std::int32_t groups,
                                        std::int64_t each) {
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

inline EpisodeSampler sampler_of(const std::vector<PoolExample>& pool, TasksBy by,
                                 EpisodeShape shape) {
  return {pool, by, shape, names("L", 50), names("G", 50)};
}

inline bool same(const Episode& a, const Episode& b) {
  return a.support == b.support && a.query == b.query && a.support_classes == b.support_classes &&
         a.query_classes == b.query_classes && a.labels == b.labels && a.group == b.group;
}

/// The message and hint of the Error that making the sampler gives.
inline std::string fault(ErrorKind kind, const std::vector<PoolExample>& pool, TasksBy by,
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
inline void expect_lawful(const Episode& episode, const EpisodeSampler& sampler,
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

}  // namespace inkling::testing_help
