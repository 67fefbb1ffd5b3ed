#include "inkling/nn/word_dropout.h"

#include <gtest/gtest.h>

#include "inkling/nn/by_text.h"
#include "inkling/nn/test_help.h"

namespace inkling {
namespace {

using testing_help::batch_of;
using testing_help::distance;
using testing_help::Texts;

/// 40 texts of 50 words, each word another one.
Batch long_texts() {
  Texts texts(40);
  std::int64_t next = 0;
  for (auto& text : texts) {
    for (int i = 0; i < 50; ++i) text.push_back(next++);
  }
  return batch_of(2, texts);
}

Tensor sums(const Batch& batch) {
  const Words& words = batch.words;
  const Tensor text = text_of_entries(words.offsets, words.ids.size(0));
  return sum_by_text(words.weights.unsqueeze(1), text, words.offsets.size(0) - 1).squeeze(1);
}

TEST(WordDropout, LeavesWordsOutAtItsRateInTheirOrder) {
  const Batch whole = long_texts();
  const Batch kept = word_dropout(whole, .3, Key{1});
  // 2,000 words: six standard deviations are 123.
  EXPECT_NEAR(kept.words.ids.size(0), 1400, 123);
  EXPECT_TRUE((kept.words.ids.diff() > 0).all().item<bool>());
  EXPECT_EQ(kept.units, whole.units);
  EXPECT_EQ(kept.words.offsets.size(0), 41);
  EXPECT_EQ(kept.words.offsets[40].item<std::int64_t>(), kept.words.ids.size(0));
  const Tensor text = text_of_entries(kept.words.offsets, kept.words.ids.size(0));
  EXPECT_TRUE(at::equal(kept.words.ids.floor_divide(50), text)) << "a word stays in its text";
  EXPECT_EQ(kept.words.longest, kept.words.offsets.diff().max().item<std::int64_t>());
}

TEST(WordDropout, KeepsTheSumOfATextsWeights) {
  Batch whole = long_texts();
  whole.words.weights = whole.words.weights * (1 + whole.words.ids.remainder(7));
  const Batch kept = word_dropout(whole, .6, Key{2});
  EXPECT_LT(distance(sums(kept), sums(whole)), 1e-12);
  const Tensor factors = kept.words.weights / whole.words.weights.index_select(0, kept.words.ids);
  EXPECT_LT(distance(factors[1], factors[0]), 1e-12) << "one factor for all of a text";
  EXPECT_GT(factors[0].item<double>(), 1.5);
}

TEST(WordDropout, NoTextLosesAllItsWords) {
  Texts texts(300, {7});
  texts[5] = {};
  const Batch kept = word_dropout(batch_of(1, texts), .95, Key{3});
  EXPECT_EQ(kept.words.ids.size(0), 299);
  const Tensor lengths = kept.words.offsets.diff();
  EXPECT_EQ(lengths[5].item<std::int64_t>(), 0);
  EXPECT_EQ(lengths.sum().item<std::int64_t>(), 299);
}

TEST(WordDropout, MentionsStayAndTheirMarksMoveWithThem) {
  Batch whole = long_texts();
  const Tensor begins = at::arange(40).remainder(20).reshape({2, 20});
  whole.dense = at::stack({begins, begins + 2, begins + 27, begins + 28}, -1);
  const Batch kept = word_dropout(whole, .5, Key{5});
  const auto words_of = [](const Batch& batch, std::int64_t text, std::int64_t mark) {
    const Tensor marks = batch.dense.reshape({-1, 4})[text];
    const auto begin = marks[mark].item<std::int64_t>();
    const auto end = marks[mark + 1].item<std::int64_t>();
    return batch.words.ids.narrow(0, batch.words.offsets[text].item<std::int64_t>() + begin,
                                  end - begin);
  };
  EXPECT_LT(kept.words.ids.size(0), 1300);
  for (std::int64_t text = 0; text < 40; ++text) {
    EXPECT_TRUE(at::equal(words_of(kept, text, 0), words_of(whole, text, 0))) << text;
    EXPECT_TRUE(at::equal(words_of(kept, text, 2), words_of(whole, text, 2))) << text;
  }
}

TEST(WordDropout, IsAFunctionOfItsKey) {
  const Batch whole = long_texts();
  const auto ids = [&](Key key) { return word_dropout(whole, .3, key).words.ids; };
  EXPECT_TRUE(at::equal(ids(Key{1}), ids(Key{1})));
  EXPECT_FALSE(at::equal(ids(Key{1}), ids(Key{2})));
  EXPECT_TRUE(at::equal(word_dropout(whole, 0, Key{1}).words.ids, whole.words.ids));
}

TEST(WordDropout, AFrequencyGoesWithItsWordAndWeightsKeepTheirGradient) {
  Batch whole = batch_of(1, {{0, 1, 2, 3}});
  whole.words.frequencies = whole.words.ids.to(at::kDouble);
  whole.words.weights = leaf(whole.words.weights);
  const Batch kept = word_dropout(whole, .5, Key{4});
  ASSERT_LT(kept.words.ids.size(0), 4);
  EXPECT_TRUE(at::equal(kept.words.frequencies, kept.words.ids.to(at::kDouble)));
  const Tensor slope =
      gradients(kept.words.weights.square().sum(), {whole.words.weights}, false)[0];
  EXPECT_GT(slope.abs().max().item<double>(), 0);
}

TEST(WordDropout, WhatHasNoWordsComesBack) {
  Batch numbers;
  numbers.episodes = 1;
  numbers.units = 2;
  numbers.dense = at::ones({1, 2, 3});
  EXPECT_TRUE(at::equal(word_dropout(numbers, .5, Key{1}).dense, numbers.dense));
  EXPECT_EQ(word_dropout(batch_of(1, {{}, {}}), .5, Key{1}).words.ids.numel(), 0);
}

}  // namespace
}  // namespace inkling
