#include "inkling/data/span_episodes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "inkling/base/error.h"

namespace inkling {
namespace {

const std::vector<std::string> kTypes = {"art", "event", "place", "person"};

/// 240 sentences of one to three spans; some have the texts of others.
std::vector<SpanExample> sentences() {
  std::vector<SpanExample> pool;
  for (std::int64_t i = 0; i < 240; ++i) {
    SpanExample made{1000 + i, {}, static_cast<std::uint64_t>(i % 200)};
    const std::int64_t type = i % 200 % 4;
    for (std::int64_t k = 0; k <= i % 200 % 3; ++k) {
      made.types.push_back(static_cast<std::int32_t>((type + k * (i % 200 / 3 % 2)) % 4));
    }
    pool.push_back(made);
  }
  return pool;
}

std::map<std::int32_t, std::int64_t> counts_of(const std::vector<std::int64_t>& part) {
  const auto pool = sentences();
  std::map<std::int32_t, std::int64_t> counts;
  for (const std::int64_t index : part) {
    for (const std::int32_t type : pool[static_cast<std::size_t>(index - 1000)].types) {
      ++counts[type];
    }
  }
  return counts;
}

TEST(SpanEpisodes, HoldEachTypeOnceToTwiceAsOftenAsAsked) {
  const SpanEpisodeSampler sampler(sentences(), {3, 5, 2}, kTypes);
  std::set<std::int32_t> seen;
  for (std::uint64_t i = 0; i < 200; ++i) {
    const Episode episode = sampler.at(Key{1}, i);
    ASSERT_EQ(episode.labels.size(), 3U);
    seen.insert(episode.labels.begin(), episode.labels.end());
    for (const auto& [part, shots] : {std::pair(episode.support, 5), std::pair(episode.query, 2)}) {
      const auto counts = counts_of(part);
      ASSERT_EQ(counts.size(), 3U);  // no other type
      for (const std::int32_t type : episode.labels) {
        EXPECT_GE(counts.at(type), shots);
        EXPECT_LE(counts.at(type), 2 * shots);
      }
    }
    std::set<std::uint64_t> texts;
    for (const auto& part : {episode.support, episode.query}) {
      for (const std::int64_t index : part) {
        EXPECT_TRUE(texts.insert(static_cast<std::uint64_t>((index - 1000) % 200)).second);
      }
    }
  }
  EXPECT_EQ(seen.size(), 4U);
}

TEST(SpanEpisodes, AreAPureFunctionOfTheirNumber) {
  const SpanEpisodeSampler sampler(sentences(), {2, 1, 1}, kTypes);
  const Episode once = sampler.at(Key{7}, 3);
  sampler.at(Key{7}, 4);
  const Episode again = sampler.at(Key{7}, 3);
  EXPECT_EQ(once.support, again.support);
  EXPECT_EQ(once.query, again.query);
  EXPECT_EQ(once.labels, again.labels);
  EXPECT_NE(sampler.at(Key{8}, 3).support, once.support);
}

TEST(SpanEpisodes, NoSentenceIsTakenThatFillsNothing) {
  const SpanEpisodeSampler sampler(sentences(), {2, 3, 1}, kTypes);
  for (std::uint64_t i = 0; i < 100; ++i) {
    // Each sentence brought a type that was not there K times yet, so that no sentence can be
    // left out from the end on.
    Episode episode = sampler.at(Key{2}, i);
    episode.support.pop_back();
    const auto counts = counts_of(episode.support);
    EXPECT_TRUE(std::ranges::any_of(episode.labels, [&](std::int32_t type) {
      return !counts.contains(type) || counts.at(type) < 3;
    }));
  }
}

std::string message_of(const std::vector<SpanExample>& pool, SpanEpisodeShape shape) {
  try {
    SpanEpisodeSampler(pool, shape, kTypes).at(Key{1}, 0);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(SpanEpisodes, SayWhichTypeHasTooFewSpans) {
  EXPECT_NE(message_of({{0, {0, 0, 0}, 0}, {1, {2}, 1}}, {2, 1, 1})
                .find("type 'place' has 1 spans, and 1 shots and 1 queries need 2"),
            std::string::npos);
  EXPECT_NE(message_of(sentences(), {5, 1, 1}).find("4 types make no tasks of 5 ways"),
            std::string::npos);
  EXPECT_NE(message_of(sentences(), {0, 1, 1}), "");
  // All spans of two types stand in sentences together, more than 2 K of them.
  EXPECT_NE(message_of({{0, {0, 0, 0, 1}, 0}, {1, {0, 0, 0, 1}, 1}}, {2, 1, 1})
                .find("no 2 types were found"),
            std::string::npos);
}

}  // namespace
}  // namespace inkling
