#include "inkling/data/span_examples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inkling/base/error.h"

namespace inkling {
namespace {

using testing::HasSubstr;

Example sentence(const std::vector<std::string>& tokens, std::vector<Span> spans) {
  Example example;
  for (const std::string& token : tokens) {
    if (!example.tokens.empty()) example.text += ' ';
    const auto begin = std::ssize(example.text);
    example.text += token;
    example.tokens.push_back({begin, std::ssize(example.text)});
  }
  example.spans = std::move(spans);
  example.origin = {"file", 3};
  return example;
}

Error error_of(const Example& example) {
  try {
    span_examples({"data", {example}});
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return Error(ErrorKind::internal, "");
}

TEST(SpanExamples, AreOneAType) {
  const Dataset made = span_examples({"data",
                                      {sentence({"Ada", "in", "Rome", "and", "Bonn"},
                                                {{4, 5, "city"}, {0, 1, "person"}, {2, 3, "city"}}),
                                       sentence({"nothing"}, {})}});
  ASSERT_EQ(made.examples.size(), 3u);
  EXPECT_EQ(made.examples[0].label, "city");
  EXPECT_EQ(made.examples[1].label, "person");
  EXPECT_EQ(made.examples[2].label, "O");
  EXPECT_EQ(made.examples[0].text, made.examples[1].text);
  EXPECT_EQ(span_text_of(made.examples[1]), "[Ada](person) in [Rome](city) and [Bonn](city)");
  EXPECT_EQ(span_text_of(made.examples[2]), "nothing");
}

TEST(SpanExamples, TakeTextsThatMarkSpansAndTokensThatAreSeveralWords) {
  Example marked;
  marked.text = "[Ada](person) wrote";
  EXPECT_EQ(span_text_of(span_examples({"", {marked}}).examples[0]), "[Ada](person) wrote");
  Example loose;
  loose.text = "Ada  Lace wrote";
  loose.tokens = {{0, 9}, {10, 15}};
  loose.spans = {{0, 1, "person"}};
  EXPECT_EQ(span_text_of(span_examples({"", {loose}}).examples[0]), "[Ada Lace](person) wrote");
}

TEST(SpanExamples, OfSpansThatShareWordsTheLongestStays) {
  const Dataset made = span_examples(
      {"", {sentence({"New", "York", "State"}, {{0, 2, "city"}, {0, 3, "state"}, {2, 3, "x"}})}});
  ASSERT_EQ(made.examples.size(), 1u);
  EXPECT_EQ(span_text_of(made.examples[0]), "[New York State](state)");
}

TEST(SpanExamples, RefuseASpanOutsideOfItsSentenceAndTheTypeO) {
  const Error outside = error_of(sentence({"a"}, {{0, 2, "x"}}));
  EXPECT_EQ(outside.kind(), ErrorKind::data);
  EXPECT_EQ(outside.where().line, 3);
  EXPECT_THAT(outside.message(), HasSubstr("tokens 0 to 2 of a sentence of 1"));
  EXPECT_THAT(error_of(sentence({"a"}, {{0, 1, "O"}})).message(), HasSubstr("'O'"));
  EXPECT_THAT(error_of(sentence({"a"}, {})).message(), HasSubstr("none of the 1"));
}

}  // namespace
}  // namespace inkling
