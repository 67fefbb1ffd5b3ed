#include "inkling/data/role_examples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inkling/base/error.h"
#include "inkling/data/span_examples.h"
#include "inkling/data/span_text.h"

namespace inkling {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Example sentence(const std::string& text) {
  Example made;
  std::int64_t begin = 0;
  made.text = text;
  for (std::int64_t i = 0; i <= std::ssize(text); ++i) {
    if (i < std::ssize(text) && text[static_cast<std::size_t>(i)] != ' ') continue;
    made.tokens.push_back({begin, i});
    begin = i + 1;
  }
  made.origin = {"file", 4};
  return made;
}

Dataset of(Example example) {
  Dataset data;
  data.name = "data";
  data.examples.push_back(std::move(example));
  return data;
}

Example two_predicates() {
  Example made = sentence("She said he gave her books");
  made.attributes["genre"] = "web";
  made.frames = {{1, "say.01", {{0, 1, "ARG0"}, {2, 6, "ARG1"}}},
                 {3, "give.01", {{2, 3, "ARG0"}, {4, 5, "ARG2"}, {5, 6, "ARG1"}}}};
  return made;
}

template <class Call>
std::string message_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(RoleExamples, AreOneOfEachTypeOfEachPredicate) {
  const Dataset made = role_examples(of(two_predicates()));
  std::vector<std::string> labels;
  std::vector<std::string> lemmas;
  for (const Example& one : made.examples) {
    labels.push_back(one.label.value());
    lemmas.push_back(one.attributes.at("lemma"));
    EXPECT_EQ(one.text, "She said he gave her books");
    EXPECT_EQ(one.attributes.at("genre"), "web");
    EXPECT_EQ(one.frames.size(), 1U);
  }
  EXPECT_THAT(labels, ElementsAre("ARG0", "ARG1", "ARG0", "ARG1", "ARG2"));
  EXPECT_THAT(lemmas, ElementsAre("say", "say", "give", "give", "give"));
  EXPECT_EQ(made.examples[2].attributes.at("sense"), "give.01");
  EXPECT_EQ(role_text_of(made.examples[0]),
            "[She](ARG0) [said](V:say.01) [he gave her books](ARG1)");
  EXPECT_EQ(role_text_of(made.examples[2]),
            "She said [he](ARG0) [gave](V:give.01) [her](ARG2) [books](ARG1)");
}

TEST(RoleExamples, AreReadFromTextsThatMarkThem) {
  Example marked;
  marked.text = "She said [he](ARG0) [gave](V:give.01) [her](ARG2) [books](ARG1)";
  const Dataset made = role_examples(of(marked));
  ASSERT_EQ(made.examples.size(), 3U);
  EXPECT_EQ(role_text_of(made.examples[1]), marked.text);
  EXPECT_EQ(made.examples[1].attributes.at("lemma"), "give");
  Example bare;
  bare.text = "It [rained](V)";
  const Dataset alone = role_examples(of(bare));
  ASSERT_EQ(alone.examples.size(), 1U);
  EXPECT_EQ(alone.examples[0].label, kOutside);
  EXPECT_FALSE(alone.examples[0].attributes.contains("lemma"));
}

TEST(RoleExamples, LeaveOutTheVerbAndWhatSharesWordsWithIt) {
  Example made = sentence("He gave it up now");
  made.frames = {
      {1, "give_up.01", {{1, 2, "V"}, {3, 4, "C-V"}, {0, 1, "A0"}, {1, 4, "A1"}, {2, 3, "A1"}}}};
  const Dataset examples = role_examples(of(made));
  EXPECT_EQ(role_text_of(examples.examples.front()),
            "[He](A0) [gave](V:give_up.01) [it](A1) up now");
}

TEST(RoleExamples, SayWhatIsWrong) {
  Example outside = two_predicates();
  outside.frames[1].predicate = 6;
  EXPECT_THAT(message_of([&] { role_examples(of(outside)); }),
              HasSubstr("file:4 (frames): the predicate is token 6 of a sentence of 6"));
  EXPECT_THAT(message_of([&] { predicate_spans(of(outside)); }),
              HasSubstr("the predicate is token 6 of a sentence of 6"));
  Example role = two_predicates();
  role.frames[1].arguments[0].end = 9;
  EXPECT_THAT(message_of([&] { role_examples(of(role)); }), HasSubstr("tokens 2 to 9"));
  Example without = two_predicates();
  without.tokens.clear();
  EXPECT_THAT(message_of([&] { role_examples(of(without)); }), HasSubstr("has no tokens"));
  Example two;
  two.text = "[said](V) [gave](V)";
  EXPECT_THAT(message_of([&] { role_examples(of(two)); }), HasSubstr("marks 2 predicates"));
  EXPECT_THAT(message_of([&] { role_examples(of(sentence("no predicate"))); }),
              HasSubstr("none of the 1 sentences has a predicate"));
  Example named = two_predicates();
  named.frames[0].arguments[0].label = "O";
  EXPECT_THAT(message_of([&] { role_examples(of(named)); }), HasSubstr("a role is called 'O'"));
}

TEST(RoleExamples, ASentenceOfTenThousandTokensIsReadWhole) {
  std::string text = "gave";
  for (int i = 1; i < 10000; ++i) text += " w";
  Example made = sentence(text);
  made.frames = {{0, "give.01", {{9990, 10000, "A1"}}}};
  const Dataset examples = role_examples(of(made));
  ASSERT_EQ(examples.examples.size(), 1U);
  EXPECT_EQ(examples.examples[0].tokens.size(), 10000U);
  EXPECT_TRUE(role_text_of(examples.examples[0]).ends_with("w](A1)"));
}

TEST(RoleExamples, PredicatesAreSpansOfTheirOwn) {
  const Dataset made = span_examples(predicate_spans(of(two_predicates())));
  ASSERT_EQ(made.examples.size(), 1U);
  EXPECT_EQ(span_text_of(made.examples[0]), "She [said](V) he [gave](V) her books");
}

TEST(RoleExamples, MarksSayWhichSpanIsThePredicate) {
  EXPECT_TRUE(marks_predicate("V"));
  EXPECT_TRUE(marks_predicate("V:give.01"));
  EXPECT_FALSE(marks_predicate("VP"));
  const std::vector<Span> one = {{0, 1, "A0"}, {1, 2, "V:x"}};
  EXPECT_EQ(predicate_of(one), &one[1]);
  const std::vector<Span> two = {{0, 1, "V"}, {1, 2, "V"}};
  EXPECT_EQ(predicate_of(two), nullptr);
  EXPECT_EQ(lemma_of("give_up.07"), "give_up");
  EXPECT_EQ(lemma_of("give"), "give");
}

}  // namespace
}  // namespace inkling
