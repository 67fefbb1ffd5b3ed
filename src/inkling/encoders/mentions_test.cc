#include "inkling/encoders/mentions.h"

#include <gtest/gtest.h>

#include "inkling/nn/test_help.h"

namespace inkling {
namespace {

using testing_help::batch_of;
using testing_help::numbers;

/// One text of five words with head [1, 3) and tail [4, 5), one of two with the tail first.
Batch pairs() {
  Batch batch = batch_of(1, {{2, 3, 4, 5, 6}, {2, 3}});
  batch.dense = tensor_of(std::vector<std::int64_t>{1, 3, 4, 5, 1, 2, 0, 1}).reshape({1, 2, 4});
  return batch;
}

Tensor whole(const std::vector<std::int64_t>& values, at::IntArrayRef shape) {
  return tensor_of(values).reshape(shape);
}

TEST(Mentions, DistancesAreZeroInsideNegativeBeforeAndClipped) {
  const Tensor places = at::arange(6, at::kLong);
  const auto from = [&](std::int64_t farthest) {
    return mention_distances(places, at::scalar_tensor(2, at::kLong),
                             at::scalar_tensor(4, at::kLong), farthest);
  };
  EXPECT_TRUE(at::equal(from(9) - 9, whole({-2, -1, 0, 0, 1, 2}, {6})));
  EXPECT_TRUE(at::equal(from(1), whole({0, 0, 1, 1, 2, 2}, {6})));
}

/// Tables in which the vector of a distance is the distance, and a hundred times that of the tail.
Params tables(std::int64_t farthest) {
  const Tensor rows = at::arange(-farthest, farthest + 1, at::kDouble).unsqueeze(1);
  return {{"encoder.head_distance", rows}, {"encoder.tail_distance", 100 * rows}};
}

TEST(Mentions, WordsHaveTheVectorsOfTheirDistances) {
  const Tensor vectors = distance_vectors(tables(3), {1, 3}, pairs(), 5);
  EXPECT_TRUE(
      at::equal(vectors[0][0], numbers({-1, -300, 0, -300, 0, -200, 1, -100, 2, 0}, {5, 2})))
      << vectors[0][0];
  EXPECT_TRUE(at::equal(vectors[0][1][0], numbers({-1, 0}, {2})));
}

TEST(Mentions, TextsLaidEndToEndHaveTheSameVectors) {
  const Batch batch = pairs();
  const Tensor text = whole({0, 0, 0, 0, 0, 1, 1}, {7});
  const Tensor vectors =
      distance_vectors_of_entries(tables(3), {1, 3}, batch.dense[0], batch.words.offsets, text);
  const Tensor padded = distance_vectors(tables(3), {1, 3}, batch, 5);
  EXPECT_TRUE(at::equal(vectors.slice(0, 0, 5), padded[0][0]));
  EXPECT_TRUE(at::equal(vectors.slice(0, 5, 7), padded[0][1].slice(0, 0, 2)));
}

TEST(Mentions, TheMeanIsOfTheMentionsWordsAlone) {
  const Tensor words = at::arange(10, at::kDouble).reshape({1, 2, 5, 1});
  EXPECT_TRUE(at::equal(mention_means(words, pairs()), numbers({1.5, 4, 6, 5}, {1, 2, 2})));
  EXPECT_TRUE(at::equal(mention_means(words.slice(2, 0, 2), pairs())[0][0], numbers({1, 0}, {2})))
      << "what lies behind the words that are read";
}

TEST(Mentions, PiecesEndWithTheMentions) {
  const Batch batch = pairs();
  const Tensor lengths = whole({5, 2}, {1, 2});
  EXPECT_TRUE(
      at::equal(piece_borders(batch, lengths).squeeze(1), whole({0, 0, 3, 1, 5, 2, 5, 2}, {4, 2})));
  EXPECT_TRUE(at::equal(piece_borders(batch, whole({2, 2}, {1, 2})).squeeze(1),
                        whole({0, 0, 2, 1, 2, 2, 2, 2}, {4, 2})));
}

TEST(Mentions, ThereAreNoTablesWhereThereAreNoDimensions) {
  EXPECT_EQ(init_distances({0, 40}, Key{1}, at::kDouble).size(), 0U);
  const Params made = init_distances({5, 40}, Key{1}, at::kDouble);
  EXPECT_EQ(made.at("encoder.tail_distance").sizes(), (at::IntArrayRef{81, 5}));
}

}  // namespace
}  // namespace inkling
