#include "inkling/tasks/tag_decoding.h"

#include <gtest/gtest.h>

#include <cmath>

#include "inkling/base/error.h"

namespace inkling {
namespace {

using Tags = std::vector<std::int32_t>;

TEST(AbstractTransitions, AreCountedByHand) {
  // O x x | y x: first words O, y; O to x; x to x; y to x. One is added to each of the counts.
  const std::vector<std::vector<Span>> spans = {{{1, 3, "x"}}, {{0, 1, "y"}, {1, 2, "x"}}};
  const AbstractTransitions made =
      AbstractTransitions::counted(spans, std::vector<std::int64_t>{3, 2});
  EXPECT_DOUBLE_EQ(made.start_inside, 2.0 / 4);
  EXPECT_DOUBLE_EQ(made.outside_inside, 2.0 / 3);
  EXPECT_DOUBLE_EQ(made.inside_inside, 2.0 / 5);
  EXPECT_DOUBLE_EQ(made.inside_other, 2.0 / 5);
  EXPECT_EQ(made.text(), "0.500000,0.666667,0.400000,0.400000");
  EXPECT_NEAR(AbstractTransitions::of_text(made.text()).outside_inside, 2.0 / 3, 1e-6);
}

TEST(AbstractTransitions, RefuseWhatIsNotFourProbabilities) {
  for (const char* text :
       {"0.1", "0.1,0.1,0.1,x", "0.1,0.1,0.6,0.6", "0.1,0.1,0.1,0.1,0.1", "0,1,0,0"})
    EXPECT_THROW(AbstractTransitions::of_text(text), Error) << text;
}

TEST(TagDecoding, GreedyIsEachWordsBestClass) {
  EXPECT_EQ(
      decoded({}, std::vector<double>{1, 2, 0, 5, 1, 1}, 3, std::vector<std::int64_t>{0, 2}, 0),
      (Tags{1, 0}));
}

TEST(TagDecoding, ViterbiIsTheBestOfAllPaths) {
  TagDecoding decoding;
  decoding.viterbi = true;
  decoding.transitions = {.3, .1, .6, .05};
  decoding.sharpness = 1.5;
  const std::vector<double> scores = {0, .4, .1, .3, .2, 1, .9, 1, 0, .2, 0, .7};
  const auto power = [&](double p) { return std::pow(p, 1.5); };
  // From a to b, O being class 1 of three.
  const auto go = [&](int a, int b) {
    if (a == 1) {
      const double sum = power(.9) + power(.1);
      return std::log(b == 1 ? power(.9) / sum : power(.1) / sum / 2);
    }
    const double sum = power(.35) + power(.6) + power(.05);
    return std::log((b == 1 ? power(.35) : a == b ? power(.6) : power(.05)) / sum);
  };
  const auto word = [&](int w, int c) {
    double sum = 0;
    for (int k = 0; k < 3; ++k) sum += std::exp(scores[static_cast<std::size_t>(3 * w + k)]);
    return scores[static_cast<std::size_t>(3 * w + c)] - std::log(sum);
  };
  const double sum = power(.7) + power(.3);
  double best = -1e9;
  Tags expected;
  for (int path = 0; path < 81; ++path) {
    const int c[] = {path % 3, path / 3 % 3, path / 9 % 3, path / 27};
    double score = std::log(c[0] == 1 ? power(.7) / sum : power(.3) / sum / 2);
    for (int w = 0; w < 4; ++w) score += word(w, c[w]) + (w > 0 ? go(c[w - 1], c[w]) : 0);
    if (score > best) {
      best = score;
      expected = {c[0], c[1], c[2], c[3]};
    }
  }
  EXPECT_EQ(decoded(decoding, scores, 3, std::vector<std::int64_t>{0, 4}, 1), expected);
  EXPECT_NE(decoded({}, scores, 3, std::vector<std::int64_t>{0, 4}, 1), expected);
}

TEST(TagDecoding, NeighboursOfAClassAreOneSpanUnlessOneBegins) {
  const Tags classes = {0, 1, 1, 2, 1};
  const auto sizes = [&](std::vector<std::uint8_t> begins) {
    std::vector<std::int64_t> all;
    for (const ClassSpan& span : class_spans(classes, begins, 1, 5, 0)) {
      all.push_back(span.end - span.begin);
    }
    return all;
  };
  EXPECT_EQ(sizes({}), (std::vector<std::int64_t>{2, 1, 1}));
  EXPECT_EQ(sizes({0, 1, 1, 1, 1}), (std::vector<std::int64_t>{1, 1, 1, 1}));
}

TEST(TagDecoding, ConfidenceIsOfTheLeastLikelyWord) {
  const std::vector<double> scores = {0, std::log(3.0), 0, std::log(1.5)};
  EXPECT_NEAR(confidence({0, 2, 1}, scores, 2, 1), .6, 1e-12);
}

}  // namespace
}  // namespace inkling
