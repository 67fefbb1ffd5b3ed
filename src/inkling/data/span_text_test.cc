#include "inkling/data/span_text.h"

#include <gtest/gtest.h>

namespace inkling {
namespace {

using Words = std::vector<std::string>;

TEST(SpanText, ReadsWordsTheirBytesAndSpans) {
  const SpanText read = read_span_text("in [New  York](city) [Ada](person)");
  EXPECT_EQ(read.words, (Words{"in", "New", "York", "Ada"}));
  EXPECT_EQ(read.spans, (std::vector<Span>{{1, 3, "city"}, {3, 4, "person"}}));
  EXPECT_EQ(read.ranges, (std::vector<TextRange>{{0, 2}, {4, 7}, {9, 13}, {22, 25}}));
}

TEST(SpanText, GivesBackWhatItWrites) {
  const std::vector<Words> sentences = {
      {"[", "a", "]"}, {"[a](b)", "c"}, {"a\\", "\\[", "](", ")"}, {"[", "[x", "y](z)", "é"}};
  for (const Words& words : sentences) {
    const auto last = std::ssize(words);
    for (const std::vector<Span>& spans :
         {std::vector<Span>{}, std::vector<Span>{{0, 1, "a)b\\("}, {1, last, "two words"}},
          std::vector<Span>{{0, last, "x"}}}) {
      const SpanText read = read_span_text(span_text(words, spans));
      EXPECT_EQ(read.words, words) << span_text(words, spans);
      EXPECT_EQ(read.spans, spans) << span_text(words, spans);
    }
  }
}

TEST(SpanText, ABracketThatClosesNothingIsACharacter) {
  for (const char* text : {"a [ b", "[1] a", "[a](b)c", "[](x) a", "x[a](b)", "[a](", "[a]()"}) {
    EXPECT_TRUE(read_span_text(text).spans.empty()) << text;
  }
  EXPECT_EQ(read_span_text("[1] a").words, (Words{"[1]", "a"}));
  // Of two that open, the one behind has the end.
  EXPECT_EQ(read_span_text("[a [b](c)").spans, (std::vector<Span>{{1, 2, "c"}}));
}

TEST(SpanText, ASentenceWithoutItsMarksIsItsWords) {
  EXPECT_EQ(without_span_marks(" in [New York](city) \\[ "), "in New York [");
}

}  // namespace
}  // namespace inkling
