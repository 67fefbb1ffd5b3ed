#include "inkling/metrics/sif.h"

#include <gtest/gtest.h>

#include <cmath>

#include "inkling/base/temporary_folder.h"

namespace inkling {
namespace {

/// Counts: a 4, b 2, c 1, d 1; d has no vector.
struct Texts {
  Texts()
      : texts{"a a a b", "a b c", "d"},
        vocabulary(Vocabulary::build(texts, TextOptions{})),
        table(tokenise(texts, vocabulary)) {
    WordVectorsBuilder builder("test");
    builder.add("a", std::vector<float>{1, 0});
    builder.add("b", std::vector<float>{0, 2});
    builder.add("c", std::vector<float>{-1, 1});
    builder.write(folder.path() / "small.vectors");
  }
  SifVectors vectors() const {
    return {vocabulary, JoinedVectors::open((folder.path() / "small.vectors").string()), table};
  }

  TemporaryFolder folder;
  std::vector<std::string_view> texts;
  Vocabulary vocabulary;
  TokenTable table;
};

TEST(Sif, ATextIsTheWeightedSumOfItsWordsAtLengthOne) {
  const Texts texts;
  const SifVectors vectors = texts.vectors();
  const auto weight = [](double count) { return 1e-3 / (1e-3 + count / 8); };
  const double x = 3 * weight(4);
  const double y = 2 * weight(2);
  EXPECT_EQ(vectors.dimensions(), 2);
  EXPECT_NEAR(vectors[0][0], x / std::hypot(x, y), 1e-6);
  EXPECT_NEAR(vectors[0][1], y / std::hypot(x, y), 1e-6);
  EXPECT_LT(vectors[1][0], 0) << "c is rarer than a";
  EXPECT_EQ(vectors[2][0], 0) << "no word has a vector";
  EXPECT_EQ(vectors[2][1], 0);
}

TEST(Sif, CentroidsScoreByTheCosine) {
  const Texts texts;
  const SifVectors vectors = texts.vectors();
  const std::vector<std::int64_t> support = {0, 1};
  const std::vector<std::int32_t> classes = {1, 0};
  const SifCentroids centroids(vectors, support, classes, 3);
  const auto scores = centroids.scores(0);
  ASSERT_EQ(scores.size(), 3);
  EXPECT_NEAR(scores[0], vectors[0][0] * vectors[1][0] + vectors[0][1] * vectors[1][1], 1e-6);
  EXPECT_NEAR(scores[1], 1, 1e-6);
  EXPECT_EQ(scores[2], 0) << "a class without support";
}

}  // namespace
}  // namespace inkling
