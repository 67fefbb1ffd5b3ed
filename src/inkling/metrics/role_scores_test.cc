#include "inkling/metrics/role_scores.h"

#include <gtest/gtest.h>

namespace inkling {
namespace {

using Spans = std::vector<Span>;

// The man(0-2) who(2) said(3) he(4) would, yesterday(6), come(7), by hand:
// truth: A0 0-2, R-A0 2-3, V, A1 4-5 with C-A1 7-8, AM-TMP 6-7; 4 arguments, 2 of them core.
const Spans kTruth = {{0, 2, "A0"}, {2, 3, "R-A0"},   {3, 4, "V"},
                      {4, 5, "A1"}, {6, 7, "AM-TMP"}, {7, 8, "C-A1"}};

SpanCounts counted(const SpanRule& rule, const Spans& answer) {
  SpanScores scores(rule);
  scores.add(kTruth, answer);
  return scores.all();
}

TEST(RoleScores, AreThoseOfTheSharedTaskByHand) {
  const SpanCounts all = counted(role_rule(), kTruth);
  EXPECT_EQ(all.truth, 4);
  EXPECT_EQ(all.right, 4);
  // A1 without its continuation is wrong; the wrong V costs nothing; AM-TMP is one word too long.
  const Spans answer = {{0, 2, "A0"}, {2, 4, "V"}, {4, 5, "A1"}, {5, 7, "AM-TMP"}};
  const SpanCounts some = counted(role_rule(), answer);
  EXPECT_EQ(some.right, 1);
  EXPECT_EQ(some.answered, 3);
  EXPECT_EQ(some.truth, 4);
  EXPECT_NEAR(some.f1(), 200.0 / 7, 1e-12);
}

TEST(RoleScores, OfCoreRolesLeaveOutReferencesAndAdjuncts) {
  const SpanCounts core =
      counted(core_role_rule(), {{0, 2, "A0"}, {2, 3, "R-A0"}, {4, 5, "A1"}, {5, 6, "AM-LOC"}});
  EXPECT_EQ(core.truth, 2);
  EXPECT_EQ(core.answered, 2);
  EXPECT_EQ(core.right, 1);
}

TEST(RoleScores, CoreRolesAreTheNumberedOnes) {
  EXPECT_TRUE(is_core_role("A0"));
  EXPECT_TRUE(is_core_role("ARG5"));
  EXPECT_FALSE(is_core_role("ARGM-TMP"));
  EXPECT_FALSE(is_core_role("C-ARG1"));
  EXPECT_FALSE(is_core_role("ARG6"));
}

}  // namespace
}  // namespace inkling
