#include "inkling/metrics/span_scores.h"

#include <gtest/gtest.h>

namespace inkling {
namespace {

using Spans = std::vector<Span>;

/// By hand: tokens 0-9. PER is right; the second LOC has another border; ORG is answered as MISC.
TEST(SpanScores, CountTypeAndBordersTogether) {
  SpanScores scores;
  scores.add(Spans{{0, 2, "PER"}, {3, 4, "LOC"}, {5, 8, "LOC"}, {9, 10, "ORG"}},
             Spans{{0, 2, "PER"}, {3, 4, "LOC"}, {5, 7, "LOC"}, {9, 10, "MISC"}});
  scores.add(Spans{}, Spans{{0, 1, "PER"}});
  scores.add(Spans{{2, 3, "PER"}}, Spans{});
  EXPECT_EQ(scores.all().right, 2);
  EXPECT_EQ(scores.all().answered, 5);
  EXPECT_EQ(scores.all().truth, 5);
  EXPECT_DOUBLE_EQ(scores.all().f1(), 40);
  EXPECT_DOUBLE_EQ(scores.by_type().at("PER").precision(), 50);
  EXPECT_DOUBLE_EQ(scores.by_type().at("PER").recall(), 50);
  EXPECT_DOUBLE_EQ(scores.by_type().at("LOC").f1(), 50);
  EXPECT_DOUBLE_EQ(scores.by_type().at("ORG").f1(), 0);
  EXPECT_DOUBLE_EQ(scores.by_type().at("MISC").precision(), 0);
  const auto report = scores.report();
  EXPECT_DOUBLE_EQ(report["precision"], 40);
  EXPECT_EQ(report["types"].size(), 4U);
  EXPECT_EQ(report["types"][0]["label"], "LOC");
  EXPECT_EQ(report["types"][0]["support"], 2);
}

TEST(SpanScores, NothingIsNoDivisionByZero) {
  const SpanScores scores;
  EXPECT_EQ(scores.all().f1(), 0);
  EXPECT_EQ(scores.all().precision(), 0);
  EXPECT_EQ(scores.all().recall(), 0);
}

TEST(SpanScores, ASpanThatIsThereTwiceCountsOnce) {
  SpanScores scores;
  scores.add(Spans{{0, 1, "A"}}, Spans{{0, 1, "A"}, {0, 1, "A"}});
  EXPECT_EQ(scores.all().answered, 1);
  EXPECT_DOUBLE_EQ(scores.all().f1(), 100);
}

/// By hand, as the script of CoNLL-2005 counts: an argument in two pieces is right only as a whole,
/// a reference is a type of its own, the verb does not count.
TEST(SpanScores, RolesCountAsWholesWithoutTheVerb) {
  const SpanRule rule{true, {"V", "C-V"}, {}};
  const Spans truth = {{0, 2, "A1"}, {3, 4, "V"}, {4, 6, "C-A1"}, {7, 8, "R-A0"}, {8, 9, "A0"}};
  SpanScores whole(rule);
  whole.add(truth, truth);
  EXPECT_EQ(whole.all().truth, 3);
  EXPECT_DOUBLE_EQ(whole.all().f1(), 100);
  EXPECT_EQ(whole.by_type().count("V"), 0U);
  SpanScores part(rule);
  part.add(truth, Spans{{0, 2, "A1"}, {3, 4, "V"}, {7, 8, "R-A0"}, {8, 9, "A0"}});
  EXPECT_EQ(part.all().right, 2);
  EXPECT_EQ(part.all().answered, 3);
  SpanScores pieces(rule);  // one of the pieces as an argument of its own: neither is right
  pieces.add(truth, Spans{{0, 2, "A1"}, {4, 6, "A1"}});
  EXPECT_EQ(pieces.all().right, 0);
  EXPECT_EQ(pieces.all().answered, 2);
}

TEST(SpanScores, AContinuationOfNothingIsAnArgument) {
  SpanScores scores(SpanRule{true, {}, {}});
  scores.add(Spans{{1, 2, "A1"}}, Spans{{1, 2, "C-A1"}});
  EXPECT_DOUBLE_EQ(scores.all().f1(), 100);
}

TEST(SpanScores, OnlyTheTypesThatAreAskedForCount) {
  SpanScores scores(SpanRule{true, {}, {"A0", "A1"}});
  scores.add(Spans{{0, 1, "A0"}, {2, 3, "AM-TMP"}}, Spans{{0, 1, "A0"}, {2, 4, "AM-TMP"}});
  EXPECT_DOUBLE_EQ(scores.all().f1(), 100);
}

}  // namespace
}  // namespace inkling
