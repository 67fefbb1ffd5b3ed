#include "inkling/data/structure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inkling/data/inline_text.h"
#include "inkling/data/validate_structure.h"

namespace inkling {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// "Ada saw New York State ."
Example example() {
  Example made;
  made.text = "Ada saw New York State .";
  made.tokens = {{0, 3}, {4, 7}, {8, 11}, {12, 16}, {17, 22}, {23, 24}};
  return made;
}

std::vector<std::string> kinds_of(const Example& one) {
  std::vector<std::string> kinds;
  for (const StructureFault& fault : StructureCheck().faults_of(one))
    kinds.emplace_back(fault.kind);
  return kinds;
}

TEST(Structure, SpansOverlapByNestingOrCrossing) {
  EXPECT_EQ(overlap_of({0, 2, ""}, {2, 3, ""}), Overlap::none);
  EXPECT_EQ(overlap_of({0, 3, ""}, {1, 3, ""}), Overlap::nested);
  EXPECT_EQ(overlap_of({1, 2, ""}, {1, 2, ""}), Overlap::nested);
  EXPECT_EQ(overlap_of({0, 2, ""}, {1, 3, ""}), Overlap::crossing);
}

TEST(Structure, SpansStandInlineWithinEachOther) {
  Example one = example();
  one.spans = {{0, 1, "P"}, {2, 4, "C"}, {2, 5, "S"}, {3, 6, "X"}};
  EXPECT_EQ(inline_spans(one), "[Ada](P) saw [[New York](C) State](S) .");
  one.relations = {{{0, 1, "P"}, {2, 4, ""}, "saw"}};
  one.frames = {{1, "see.01", {{0, 1, "A0"}, {2, 5, "A1"}}}, {0, "x", {}}};
  EXPECT_THAT(structure_lines(one),
              ElementsAre("also [York State .](X)", "saw: Ada (P) -> New York",
                          "see.01 saw: A0 Ada, A1 New York State", "x Ada"));
}

TEST(Structure, SpansOfTheSameTokensNestInTheirOrder) {
  Example one = example();
  one.spans = {{0, 1, "P"}, {0, 1, "Q"}, {1, 2, "R"}};
  EXPECT_EQ(inline_spans(one), "[[Ada](Q)](P) [saw](R) New York State .");
}

TEST(StructureCheck, FindsNestedAndCrossingSpans) {
  Example one = example();
  EXPECT_THAT(kinds_of(one), IsEmpty());
  one.spans = {{2, 5, "S"}, {2, 4, "C"}};
  EXPECT_THAT(kinds_of(one), ElementsAre("overlapping-spans"));
  one.spans = {{3, 5, "S"}, {2, 4, "C"}, {1, 1, "E"}};
  EXPECT_THAT(kinds_of(one), ElementsAre("empty-span", "crossing-spans"));
  one.spans = {};
  one.frames = {{1, "see.01", {{0, 3, "A"}, {0, 1, "B"}}}};
  EXPECT_THAT(kinds_of(one), IsEmpty()) << "arguments may lie in each other";
  one.frames[0].arguments[1] = {2, 5, "B"};
  EXPECT_THAT(kinds_of(one), ElementsAre("crossing-spans"));
  one.frames = {};
  one.relations = {{{0, 2, "A"}, {1, 3, "B"}, "r"}};
  EXPECT_THAT(kinds_of(one), ElementsAre("overlapping-spans"));
}

TEST(StructureCheck, FindsWhatLiesOutsideAndTokensOutOfOrder) {
  Example one = example();
  one.spans = {{5, 7, "X"}};
  EXPECT_THAT(kinds_of(one), ElementsAre("outside"));
  one.spans = {};
  one.frames = {{6, "x", {}}};
  EXPECT_THAT(kinds_of(one), ElementsAre("outside"));
  one.frames = {};
  one.tokens[1] = {2, 5};
  EXPECT_THAT(kinds_of(one), ElementsAre("token-order"));
}

TEST(StructureCheck, FindsOffsetsInsideOfACharacter) {
  Example one;
  one.text = "Rene\xcc\x81 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb";
  one.tokens = {{0, 6}, {7, 18}};
  EXPECT_THAT(kinds_of(one), IsEmpty());
  one.tokens = {{0, 4}, {7, 18}};
  auto faults = StructureCheck().faults_of(one);
  ASSERT_EQ(faults.size(), 1);
  EXPECT_EQ(faults[0].severity, Severity::warning);
  EXPECT_THAT(faults[0].message, HasSubstr("token 0 ends at byte 4"));
  one.tokens = {{0, 6}, {9, 18}};
  faults = StructureCheck().faults_of(one);
  ASSERT_EQ(faults.size(), 1);
  EXPECT_EQ(faults[0].kind, std::string("inside-character"));
  EXPECT_EQ(faults[0].severity, Severity::error);
}

}  // namespace
}  // namespace inkling
