#include "inkling/tasks/role_decoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "inkling/base/rng.h"
#include "inkling/base/strings.h"
#include "inkling/tasks/tagged_records.h"

namespace inkling {
namespace {

using testing::ElementsAre;

const std::vector<std::string> kNames = {"O", "A0", "A1", "C-A1", "R-A0", "AM-TMP"};
enum Class : std::int32_t { O, A0, A1, C_A1, R_A0, TMP };

/// Scores by which a word is of its first class, and then of its second one.
std::vector<double> scores_of(const std::vector<std::pair<int, int>>& words) {
  std::vector<double> scores;
  for (const auto& [first, second] : words) {
    for (int c = 0; c < std::ssize(kNames); ++c) scores.push_back(c == first ? 3 : c == second);
  }
  return scores;
}

std::vector<std::int32_t> found(const std::vector<std::pair<int, int>>& words,
                                const std::vector<std::uint8_t>& marks = {}) {
  const std::vector<std::int64_t> offsets = {0, std::ssize(words)};
  return decoded_roles(scores_of(words), kNames, offsets, marks, O);
}

TEST(RoleDecoding, ACoreRoleIsThereOnce) {
  EXPECT_THAT(found({{A0, O}, {O, A0}, {A0, TMP}}), ElementsAre(A0, O, TMP));
  EXPECT_THAT(found({{A0, O}, {A0, O}, {O, O}}), ElementsAre(A0, A0, O));
  EXPECT_THAT(found({{TMP, O}, {O, O}, {TMP, O}}), ElementsAre(TMP, O, TMP));
}

TEST(RoleDecoding, WhatGoesOnStandsBehindWhatItGoesOnWith) {
  EXPECT_THAT(found({{C_A1, A0}, {O, A0}, {A1, O}}), ElementsAre(A0, O, A1));
  EXPECT_THAT(found({{A1, O}, {O, A0}, {C_A1, O}}), ElementsAre(A1, O, C_A1));
}

TEST(RoleDecoding, AReferenceNeedsItsRoleAnywhere) {
  EXPECT_THAT(found({{R_A0, O}, {O, A1}, {A1, O}}), ElementsAre(O, O, A1));
  EXPECT_THAT(found({{R_A0, O}, {O, A1}, {A0, O}}), ElementsAre(R_A0, O, A0));
}

TEST(RoleDecoding, ThePredicatesWordHasNoRole) {
  EXPECT_THAT(found({{A0, O}, {A0, A1}, {A1, O}}, {kBegins, kPredicate, kBegins}),
              ElementsAre(A0, O, A1));
}

TEST(RoleDecoding, SentencesAreApart) {
  const std::vector<std::int64_t> offsets = {0, 1, 1, 2};
  EXPECT_THAT(decoded_roles(scores_of({{A0, O}, {A0, O}}), kNames, offsets, {}, O),
              ElementsAre(A0, A0));
}

/// Whether a path is one that the rules allow, by the rules' words.
bool is_legal(const std::vector<int>& path) {
  std::vector<int> begun;
  int before = O;
  for (const int c : path) {
    if (c != before && c != O) {
      const bool again = std::ranges::find(begun, c) != begun.end();
      if ((c == A0 || c == A1) && again) return false;
      if (c == C_A1 && std::ranges::find(begun, A1) == begun.end()) return false;
      begun.push_back(c);
    }
    before = c;
  }
  const auto has = [&](int c) { return std::ranges::find(begun, c) != begun.end(); };
  return !has(R_A0) || has(A0);
}

TEST(RoleDecoding, EqualsTheSearchOfAllPaths) {
  constexpr int kWords = 5;
  const int classes = static_cast<int>(std::ssize(kNames));
  for (std::uint64_t round = 0; round < 20; ++round) {
    Rng rng(Key{round});
    std::vector<double> scores;
    for (int i = 0; i < kWords * classes; ++i) scores.push_back(3 * rng.uniform());
    double best = -INFINITY;
    std::vector<int> wanted;
    const int paths = static_cast<int>(std::lround(std::pow(classes, kWords)));
    for (int number = 0; number < paths; ++number) {
      std::vector<int> path;
      double sum = 0;
      for (int w = 0, rest = number; w < kWords; ++w, rest /= classes) {
        path.push_back(rest % classes);
        sum += scores[static_cast<std::size_t>(w * classes + path.back())];
      }
      if (sum <= best || !is_legal(path)) continue;
      best = sum;
      wanted = path;
    }
    const std::vector<std::int64_t> offsets = {0, kWords};
    const auto path = decoded_roles(scores, kNames, offsets, {}, O, 100000);
    EXPECT_EQ(std::vector<int>(path.begin(), path.end()), wanted) << round;
  }
}

}  // namespace
}  // namespace inkling
