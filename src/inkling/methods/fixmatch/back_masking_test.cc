#include "inkling/methods/fixmatch/back_masking.h"

#include <gtest/gtest.h>

#include <set>

#include "inkling/nn/test_help.h"

namespace inkling::fixmatch {
namespace {

using testing_help::batch_of;
using testing_help::distance;
using testing_help::Texts;

std::int64_t changed(const Batch& a, const Batch& b) {
  return a.words.ids.ne(b.words.ids).sum().item<std::int64_t>();
}

/// Texts in which an even word is followed by the next odd one, or by the one after that: 2, 3 or
/// 2, 5.
Batch pairs() {
  Texts texts;
  for (std::int64_t i = 0; i < 200; ++i) {
    const std::int64_t word = 10 * (i % 4);
    texts.push_back({word, i % 8 < 4 ? word + 1 : word + 3});
  }
  return batch_of(1, texts);
}

TEST(BackMasking, PutsBackWhatFollowsTheSameWordElsewhere) {
  const Batch whole = pairs();
  const Batch filled = back_masked(whole, 1, Fill::followers, Key{1});
  const auto* ids = filled.words.ids.const_data_ptr<std::int64_t>();
  const auto* before = whole.words.ids.const_data_ptr<std::int64_t>();
  std::set<std::int64_t> seen;
  for (std::int64_t i = 0; i < 200; ++i) {
    EXPECT_EQ(ids[2 * i] % 10, 0) << "a text's first word, by a first word";
    const std::int64_t follower = ids[2 * i + 1] - before[2 * i];
    EXPECT_TRUE(follower == 1 || follower == 3) << follower;
    seen.insert(ids[2 * i + 1]);
  }
  EXPECT_EQ(seen.size(), 8U);
  EXPECT_GT(changed(whole, filled), 100);
  EXPECT_TRUE(at::equal(filled.words.weights, whole.words.weights));
  EXPECT_TRUE(at::equal(filled.words.offsets, whole.words.offsets));
}

TEST(BackMasking, AWordThatFollowsNothingTwiceBecomesAnyWord) {
  const Batch whole = batch_of(1, {{1, 2, 3, 4, 5, 6, 7, 8, 9}});
  std::set<std::int64_t> seen;
  for (std::uint64_t i = 0; i < 60; ++i) {
    const Batch filled = back_masked(whole, 1, Fill::followers, Key{i});
    seen.insert(filled.words.ids[4].item<std::int64_t>());
  }
  EXPECT_EQ(seen.size(), 9U);
}

TEST(BackMasking, WordsAreDrawnByTheirFrequency) {
  Texts texts(50, {1, 1, 1, 2});
  const Batch filled = back_masked(batch_of(1, texts), 1, Fill::words, Key{2});
  // 200 words, of which 150 are expected to be 1: four standard deviations are 25.
  EXPECT_NEAR(filled.words.ids.eq(1).sum().item<double>(), 150, 25);
}

TEST(BackMasking, MasksAtItsRateByItsKey) {
  Texts texts(1);
  for (std::int64_t i = 0; i < 2000; ++i) texts[0].push_back(i);
  const Batch whole = batch_of(1, texts);
  const Batch some = back_masked(whole, .3, Fill::words, Key{3});
  EXPECT_NEAR(changed(whole, some), 600, 123);
  EXPECT_TRUE(at::equal(some.words.ids, back_masked(whole, .3, Fill::words, Key{3}).words.ids));
  EXPECT_GT(changed(some, back_masked(whole, .3, Fill::words, Key{4})), 600);
  EXPECT_EQ(changed(whole, back_masked(whole, 0, Fill::words, Key{3})), 0);
}

TEST(BackMasking, AFrequencyIsThatOfTheWordPutBack) {
  Batch whole = pairs();
  whole.words.frequencies = whole.words.ids.to(at::kDouble);
  const Batch filled = back_masked(whole, .5, Fill::followers, Key{5});
  EXPECT_LT(distance(filled.words.frequencies, filled.words.ids.to(at::kDouble)), 1e-12);
}

TEST(BackMasking, WhatHasNoWordsComesBack) {
  Batch numbers;
  numbers.episodes = 1;
  numbers.units = 1;
  numbers.dense = at::ones({1, 1, 3});
  EXPECT_TRUE(at::equal(back_masked(numbers, 1, Fill::words, Key{1}).dense, numbers.dense));
  EXPECT_EQ(back_masked(batch_of(1, {{}, {}}), 1, Fill::followers, Key{1}).words.ids.numel(), 0);
}

}  // namespace
}  // namespace inkling::fixmatch
