#include "inkling/nn/word_units.h"

#include <gtest/gtest.h>

#include "inkling/nn/bag.h"
#include "inkling/nn/batch.h"
#include "inkling/tensor/test_help.h"

namespace inkling {
namespace {

using testing_help::distance;
using testing_help::numbers;

/// Two sentences of two words and of one.
Batch sentences(std::vector<std::int64_t> ids = {2, 0, 1}) {
  Batch batch;
  batch.episodes = 1;
  batch.units = 3;
  batch.words.ids = tensor_of(ids);
  batch.words.weights = numbers({.5, .5, 1}, {3});
  batch.words.offsets = tensor_of(std::vector<std::int64_t>{0, 2, 3});
  batch.words.longest = 2;
  return batch;
}

TEST(WordUnits, AWordsBagIsItsRow) {
  const Tensor table = numbers({1, 2, 3, 4, 5, 6}, {3, 2});
  EXPECT_EQ(
      distance(bag(table, words_as_texts(sentences())), numbers({5, 6, 1, 2, 3, 4}, {1, 3, 2})), 0);
}

TEST(WordUnits, WindowsEndWithTheSentence) {
  const Tensor x = numbers({1, 2, 3}, {1, 3, 1});
  const Tensor offsets = tensor_of(std::vector<std::int64_t>{0, 2, 3});
  EXPECT_EQ(distance(word_windows(x, offsets, 3), numbers({0, 1, 2, 1, 2, 0, 0, 3, 0}, {1, 3, 3})),
            0);
  // An even window looks one word further ahead than back.
  EXPECT_EQ(distance(word_windows(x, offsets, 2), numbers({1, 2, 2, 0, 3, 0}, {1, 3, 2})), 0);
}

TEST(WordUnits, SentencesAreJoinedEndToEnd) {
  const Batch both = joined(sentences(), sentences({1, 1, 2}));
  EXPECT_EQ(both.units, 6);
  EXPECT_TRUE(at::equal(both.words.offsets, tensor_of(std::vector<std::int64_t>{0, 2, 3, 5, 6})));
  EXPECT_TRUE(at::equal(both.words.ids, tensor_of(std::vector<std::int64_t>{2, 0, 1, 1, 1, 2})));
}

}  // namespace
}  // namespace inkling
