#include "inkling/formats/bracket_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inkling {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Cells = std::vector<std::string>;

TEST(BracketColumns, SpansOpenAndCloseWithinEachOther) {
  const Cells cells = {"(A0*", "(A1(R*)", "*", "*))", "(V*)", "*"};
  const auto read = spans_of_brackets(cells);
  ASSERT_FALSE(read.fault);
  EXPECT_THAT(read.spans,
              ElementsAre(Span{0, 4, "A0"}, Span{1, 4, "A1"}, Span{1, 2, "R"}, Span{4, 5, "V"}));
  EXPECT_EQ(brackets_of_spans(read.spans, 6).cells, cells);
}

TEST(BracketColumns, AFaultNamesItsRow) {
  struct Case {
    Cells cells;
    std::size_t row;
    std::string message;
  };
  for (const Case& fault : std::vector<Case>{{{"*", "(A0*", "*"}, 1, "not closed"},
                                             {{"(A0*)", "*)"}, 1, "not opened"},
                                             {{"*", "A0"}, 1, "is not (LABEL*"},
                                             {{"(*)"}, 0, "is not (LABEL*"},
                                             {{"(A0"}, 0, "is not (LABEL*"},
                                             {{""}, 0, "is not (LABEL*"},
                                             {{"(A0*)x"}, 0, "is not (LABEL*"}}) {
    const auto read = spans_of_brackets(fault.cells);
    ASSERT_TRUE(read.fault) << fault.cells.back();
    EXPECT_EQ(read.fault->row, fault.row) << fault.cells.back();
    EXPECT_THAT(read.fault->message, HasSubstr(fault.message));
  }
}

TEST(BracketColumns, SayWhatTheyCannotHold) {
  const auto fault = [](const std::vector<Span>& spans) {
    return brackets_of_spans(spans, 4).fault;
  };
  EXPECT_THAT(fault({{0, 2, "A"}, {1, 3, "B"}}), HasSubstr("cross"));
  EXPECT_THAT(fault({{0, 1, "A"}, {0, 2, "B"}}), HasSubstr("order"));
  EXPECT_THAT(fault({{1, 1, "A"}}), HasSubstr("without tokens"));
  EXPECT_THAT(fault({{0, 1, "A*"}}), HasSubstr("labelled"));
  EXPECT_EQ(fault({{0, 1, "A"}, {0, 1, "B"}}), "");
}

}  // namespace
}  // namespace inkling
