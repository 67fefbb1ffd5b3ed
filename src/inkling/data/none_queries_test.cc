#include "inkling/data/none_queries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/data/pool.h"

namespace inkling {
namespace {

using testing::HasSubstr;

/// `labels` labels of `each` examples; where `shared`, text i of every label is the same.
std::vector<PoolExample> pool_of(int labels, int each, bool shared = false) {
  std::vector<PoolExample> pool;
  for (int label = 0; label < labels; ++label) {
    for (int i = 0; i < each; ++i) {
      const int index = label * each + i;
      pool.push_back({index, label, 0, static_cast<std::uint64_t>(shared ? i : index)});
    }
  }
  return pool;
}

std::vector<std::string> names_of(int labels) {
  std::vector<std::string> names;
  for (int i = 0; i < labels; ++i) names.push_back(cat("P", i));
  return names;
}

Error error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no Error";
  return {ErrorKind::internal, ""};
}

constexpr EpisodeShape kShape = {.ways = 3, .shots = 2, .queries = 4};

TEST(NoneQueries, AreOfLabelsThatTheEpisodeLacks) {
  const auto pool = pool_of(6, 20);
  const EpisodeSampler sampler(pool, TasksBy::label, kShape, names_of(6), {});
  const NoneQueries none(pool, TasksBy::label, kShape, 0.5);
  EXPECT_EQ(none.count(), 12);
  std::set<std::int32_t> given;
  for (std::uint64_t i = 0; i < 50; ++i) {
    Episode episode = sampler.at(Key{3}, i);
    const Episode before = episode;
    none.add(Key{3}, i, episode);
    ASSERT_EQ(episode.query.size(), 24U);
    EXPECT_TRUE(std::equal(before.query.begin(), before.query.end(), episode.query.begin()));
    EXPECT_EQ(episode.support, before.support);
    std::set<std::int64_t> different(episode.support.begin(), episode.support.end());
    different.insert(episode.query.begin(), episode.query.end());
    EXPECT_EQ(different.size(), 30U) << "no example twice";
    for (std::size_t q = 0; q < episode.query.size(); ++q) {
      const auto label = static_cast<std::int32_t>(episode.query[q] / 20);
      const bool own = std::ranges::find(episode.labels, label) != episode.labels.end();
      EXPECT_EQ(own, q < 12);
      EXPECT_EQ(episode.query_classes[q] == 3, q >= 12);
      if (!own) given.insert(label);
    }
  }
  EXPECT_EQ(given.size(), 6U) << "any label can be none";
}

TEST(NoneQueries, AreThatShareOfAllQueries) {
  const auto count = [](double share, std::int64_t queries) {
    return NoneQueries(pool_of(9, 60), TasksBy::label, {.ways = 5, .shots = 5, .queries = queries},
                       share)
        .count();
  };
  EXPECT_EQ(count(.5, 10), 50);
  EXPECT_EQ(count(.15, 10), 9);  // 9 of 59
  EXPECT_EQ(count(.01, 2), 1);
}

TEST(NoneQueries, ArePureFunctionsOfKeyAndNumber) {
  const auto pool = pool_of(6, 20);
  const EpisodeSampler sampler(pool, TasksBy::label, kShape, names_of(6), {});
  const NoneQueries none(pool, TasksBy::label, kShape, 0.3);
  const auto queries = [&](std::uint64_t key, std::uint64_t i) {
    Episode episode = sampler.at(Key{3}, 7);
    none.add(Key{key}, i, episode);
    return episode.query;
  };
  EXPECT_EQ(queries(1, 2), queries(1, 2));
  EXPECT_NE(queries(1, 2), queries(1, 3));
  EXPECT_NE(queries(1, 2), queries(2, 2));
}

TEST(NoneQueries, ATextMeetsItselfInNoEpisode) {
  const auto pool = pool_of(5, 60, true);
  const EpisodeShape shape = {.ways = 2, .shots = 2, .queries = 3};
  const EpisodeSampler sampler(pool, TasksBy::label, shape, names_of(5), {});
  const NoneQueries none(pool, TasksBy::label, shape, 0.5);
  for (std::uint64_t i = 0; i < 20; ++i) {
    Episode episode = sampler.at(Key{1}, i);
    none.add(Key{1}, i, episode);
    std::set<std::int64_t> texts;
    for (const std::int64_t place : episode.support) texts.insert(place % 60);
    for (const std::int64_t place : episode.query) texts.insert(place % 60);
    EXPECT_EQ(texts.size(), episode.support.size() + episode.query.size());
  }
}

TEST(NoneQueries, WhatCannotBeIsSaid) {
  const auto make = [](int labels, int each, TasksBy by) {
    return error_of([&] { NoneQueries(pool_of(labels, each), by, kShape, 0.5); });
  };
  EXPECT_THAT(make(6, 20, TasksBy::single).message(), HasSubstr("have all of them"));
  const Error few = make(3, 20, TasksBy::label);
  EXPECT_EQ(few.kind(), ErrorKind::usage);
  EXPECT_EQ(few.message(), "3-way tasks with queries of no class need 4 classes, and there are 3");
  const Error small = make(4, 11, TasksBy::label);
  EXPECT_EQ(small.kind(), ErrorKind::data);
  EXPECT_THAT(small.message(), HasSubstr("no more than 11 texts for its 12 queries"));
}

}  // namespace
}  // namespace inkling
