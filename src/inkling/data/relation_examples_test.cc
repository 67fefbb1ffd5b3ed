#include "inkling/data/relation_examples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/data/test_help.h"

namespace inkling {
namespace {

using testing::HasSubstr;

/// A sentence whose tokens are these, one space between them.
Example sentence(const std::vector<std::string>& tokens, std::vector<Relation> relations) {
  Example example;
  for (const std::string& token : tokens) {
    if (!example.tokens.empty()) example.text += ' ';
    const auto begin = std::ssize(example.text);
    example.text += token;
    example.tokens.push_back({begin, std::ssize(example.text)});
  }
  example.relations = std::move(relations);
  example.metadata = {{"id", "7"}};
  example.origin = {"file", 3};
  return example;
}

Error error_of(const Example& example) {
  try {
    relation_examples({"data", {example}}, 100);
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return Error(ErrorKind::internal, "");
}

TEST(RelationExamples, AreOneARelationWithItsTypeAsLabel) {
  const Example both = sentence({"Ada", "met", "Bob", "."}, {{{0, 1, "PER"}, {2, 3, "PER"}, "met"},
                                                             {{2, 3, ""}, {0, 1, ""}, ""}});
  const Dataset made = relation_examples({"data", {both}}, 100);
  ASSERT_EQ(made.examples.size(), 2U);
  EXPECT_EQ(made.name, "data");
  EXPECT_EQ(made.examples[0].label, "met");
  EXPECT_FALSE(made.examples[1].label);
  EXPECT_EQ(made.examples[0].text, both.text);
  EXPECT_EQ(made.examples[0].relations[0].head.label, "PER");
  EXPECT_EQ(made.examples[0].metadata, both.metadata);
  EXPECT_EQ(made.examples[1].origin.line, 3);
  EXPECT_EQ(pair_text_of(made.examples[0]), "<e1> Ada </e1> met <e2> Bob </e2> .");
  EXPECT_EQ(pair_text_of(made.examples[1]), "<e2> Ada </e2> met <e1> Bob </e1> .");
}

TEST(RelationExamples, TokensWithSpacesAreSeveralWordsAndBlankOnesNone) {
  const Example odd = sentence({"a b", " ", "<e1>", "c"}, {{{0, 1, ""}, {2, 4, ""}, "r"}});
  const Dataset made = relation_examples({"data", {odd}}, 100);
  EXPECT_EQ(pair_text_of(made.examples[0]),
            "<e1> a b </e1> <e2> \xe2\x80\xb9"
            "e1> c </e2>");
  EXPECT_EQ(made.examples[0].tokens.size(), 4U);
}

TEST(RelationExamples, MentionsOutsideOfTheSentenceAreErrorsWithTheirPlace) {
  for (const auto& [begin, end] :
       std::vector<std::pair<std::int64_t, std::int64_t>>{{-1, 1}, {1, 1}, {2, 1}, {1, 4}}) {
    Relation relation;
    relation.head = {begin, end, ""};
    relation.tail = {0, 1, ""};
    const Error error = error_of(sentence({"a", "b", "c"}, {relation}));
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_EQ(error.where().file, "file");
    EXPECT_EQ(error.where().line, 3);
    EXPECT_EQ(error.where().field, "head");
    EXPECT_THAT(error.message(), HasSubstr("of a sentence of 3"));
  }
  EXPECT_THAT(error_of(sentence({"a", " "}, {{{0, 1, ""}, {1, 2, ""}, "r"}})).message(),
              HasSubstr("the tail is white space"));
}

TEST(RelationExamples, TextsMayMarkTheirPair) {
  Example marked;
  marked.text = "<e1> Ada </e1> met  <e2> Bob </e2>";
  marked.label = "met";
  const Dataset made = relation_examples({"data", {marked, Example{}}}, 100);
  ASSERT_EQ(made.examples.size(), 1U) << "the other is left out";
  EXPECT_EQ(made.examples[0].label, "met");
  EXPECT_EQ(made.examples[0].text, "Ada met Bob");
  EXPECT_EQ(pair_text_of(made.examples[0]), "<e1> Ada </e1> met <e2> Bob </e2>");
}

TEST(RelationExamples, DataWithoutAnyAreAnError) {
  Example plain;
  plain.text = "just a text";
  const Error error = error_of(plain);
  EXPECT_THAT(error.message(), HasSubstr("none of the 1 examples"));
  EXPECT_THAT(error.hint(), HasSubstr("--task classification"));
}

/// w0 .. w19 with a head and a tail, read to 8 words.
std::string cut(std::int64_t head, std::int64_t tail) {
  std::vector<std::string> words;
  for (int i = 0; i < 20; ++i) words.push_back(cat("w", i));
  const Example example = sentence(words, {{{head, head + 2, ""}, {tail, tail + 1, ""}, "r"}});
  return pair_text_of(relation_examples({"data", {example}}, 8).examples[0]);
}

TEST(RelationExamples, OfALongSentenceTheWordsAroundHeadAndTailAreRead) {
  EXPECT_EQ(cut(0, 3), "<e1> w0 w1 </e1> w2 <e2> w3 </e2> w4 w5 w6 w7");
  EXPECT_EQ(cut(9, 12), "w7 w8 <e1> w9 w10 </e1> w11 <e2> w12 </e2> w13 w14");
  EXPECT_EQ(cut(18, 15), "w12 w13 w14 <e2> w15 </e2> w16 w17 <e1> w18 w19 </e1>");
  EXPECT_EQ(cut(1, 17), "<e1> w1 w2 </e1> w3 w4 w14 w15 w16 <e2> w17 </e2>") << "too far apart";
}

}  // namespace
}  // namespace inkling
