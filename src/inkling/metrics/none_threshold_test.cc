#include "inkling/metrics/none_threshold.h"

#include <gtest/gtest.h>

#include "inkling/base/rng.h"
#include "inkling/metrics/metrics.h"

namespace inkling {
namespace {

/// With `shift` added to the score of none.
double accuracy_at(Answers answers, double shift) {
  const auto classes = static_cast<std::size_t>(answers.classes);
  for (std::size_t i = classes - 1; i < answers.scores.size(); i += classes) {
    answers.scores[i] += shift;
  }
  return accuracy(answers);
}

TEST(NoneThreshold, LiesMidwayBetweenTheItemsThatItParts) {
  // Margins over none: 5 right, 3 right, 1 none, 0.5 wrong.
  const Answers answers = {{5, 0, 0, 0, 3, 0, 1, 0, 0, 0, .5, 0}, {0, 1, 2, 0}, 3};
  EXPECT_EQ(best_none_shift(std::span(&answers, 1)), 2);
  EXPECT_EQ(accuracy_at(answers, 2), 75);
}

TEST(NoneThreshold, StaysWhereItIsGoodAlready) {
  const Answers answers = {{5, 0, 1, 0, 0, 1}, {0, 2}, 3};
  EXPECT_EQ(best_none_shift(std::span(&answers, 1)), 0);
  EXPECT_EQ(best_none_shift({}), 0);
}

TEST(NoneThreshold, GoesBeyondAllItemsWhereNoneOrAllAreOfNoClass) {
  const Answers none = {{5, 0, 0, 0, 3, 0}, {2, 2}, 3};
  EXPECT_EQ(accuracy_at(none, best_none_shift(std::span(&none, 1))), 100);
  const Answers classes = {{-5, -9, 0, -9, -3, 0}, {0, 1}, 3};
  EXPECT_EQ(accuracy_at(classes, best_none_shift(std::span(&classes, 1))), 100);
}

TEST(NoneThreshold, IsAsGoodAsAnyOnAGrid) {
  Rng rng(Key{5});
  std::vector<Answers> tests;
  for (int test = 0; test < 3; ++test) {
    Answers& answers = tests.emplace_back();
    answers.classes = 4;
    for (int i = 0; i < 60; ++i) {
      answers.truth.push_back(static_cast<std::int32_t>(rng.below(4)));
      for (int c = 0; c < 4; ++c) {
        answers.scores.push_back(rng.normal() + (c == answers.truth.back() ? 1 : 0));
      }
    }
  }
  const auto mean = [&](double shift) {
    double sum = 0;
    for (const Answers& answers : tests) sum += accuracy_at(answers, shift);
    return sum / 3;
  };
  const double found = mean(best_none_shift(tests));
  for (double shift = -6; shift <= 6; shift += .01) EXPECT_GE(found, mean(shift) - 1e-9);
}

}  // namespace
}  // namespace inkling
