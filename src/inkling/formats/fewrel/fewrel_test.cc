#include "inkling/formats/fewrel/fewrel.h"

#include "inkling/base/strings.h"
#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr const char* kFile = R"({"P177": [
{"tokens": ["Wilton", "Bridge", "crosses", "it", ",", "the", "River", "Wye"],
 "h": ["wilton bridge", "Q1", [[0, 1]]], "t": ["River Wye", "", [[6, 7], [3]]]}],
"P1": [], "P2":
[{"tokens": ["a"], "h": ["a", "", [[0]]], "t": ["a", "", [[0]]]}]})";

TEST(FewRel, ReadsSentencesWithTheirTokensHeadAndTail) {
  const auto examples = read_bytes("fewrel", kFile);
  ASSERT_EQ(examples.size(), 2);
  const Example& bridge = examples[0];
  EXPECT_EQ(bridge.text, "Wilton Bridge crosses it , the River Wye");
  EXPECT_EQ(bridge.tokens[1], (TextRange{7, 13}));
  EXPECT_FALSE(bridge.label);
  EXPECT_THAT(bridge.relations, ElementsAre(Relation{{0, 2, ""}, {6, 8, ""}, "P177"}));
  EXPECT_THAT(bridge.metadata, ElementsAre(Pair("head", "wilton bridge"), Pair("head_id", "Q1"),
                                           Pair("tail_mentions", "[[3]]")));
  EXPECT_EQ(bridge.origin.line, 2);
  EXPECT_EQ(examples[1].origin.line, 5);
  EXPECT_THAT(examples[1].metadata, IsEmpty());
}

TEST(FewRel, WritesWhatItRead) {
  const auto examples = read_bytes("fewrel", kFile);
  EXPECT_EQ(read_bytes("fewrel", write_bytes("fewrel", examples)), examples);
}

TEST(FewRel, MentionsOutsideOfTheSentenceAreErrorsThatNameLineRelationAndToken) {
  const auto sentence = [](const std::string& head) {
    return "{\"P9\": [{\"tokens\": [\"a\", \"b\", \"c\"], \"t\": [\"a\", \"\", [[0]]],\n\"h\": "
           "[\"x\", "
           "\"\", " +
           head + "]}]}";
  };
  for (const auto& [head, message] : std::vector<std::pair<std::string, std::string>>{
           {"[[3]]", "token 3 is outside of the sentence, which has 3"},
           {"[[-1]]", "token -1"},
           {"[[0, 2]]", "token 2 does not follow token 0"},
           {"[[0], [7]]", "token 7"},
           {"[[]]", "no token"},
           {"[]", "no mention"},
           {"[[\"0\"]]", ""},
           {"{}", ""}}) {
    const Error error = error_of([&] { read_bytes("fewrel", sentence(head)); });
    EXPECT_EQ(error.kind(), ErrorKind::data) << head;
    EXPECT_EQ(error.where().line, 1) << head;
    EXPECT_EQ(error.where().field, "P9, h") << head;
    EXPECT_THAT(error.message(), HasSubstr(message)) << head;
  }
}

TEST(FewRel, SentencesThatLackAPartAreErrors) {
  for (const std::string bad :
       {R"({"tokens": ["a"], "h": ["a", "", [[0]]]})", R"({"tokens": [], "h": [], "t": []})",
        R"({"tokens": ["a"], "h": ["a", [[0]]], "t": ["a", "", [[0]]]})", "[]", "1",
        R"({"tokens": ["a"], "h": ["a", "", [[0]]], "t": ["a", "", [[0]]], "tail": 1})"}) {
    const Error error = error_of([&] { read_bytes("fewrel", "{\"P9\": [\n" + bad + "]}"); });
    EXPECT_EQ(error.kind(), ErrorKind::data) << bad;
    EXPECT_EQ(error.where().file, "file") << bad;
  }
}

TEST(FewRel, IsRecognisedByItsFirstSentence) {
  const Format& fewrel = format_named("fewrel");
  EXPECT_GT(fewrel.recognise("x.json", "{\"P931\": [{\"tokens\": [\"a\""), 0);
  EXPECT_GT(fewrel.recognise("x.json", "{ \"P931\" :\n[ {\n\"h\": ["), 0);
  EXPECT_EQ(fewrel.recognise("x.json", "{\"train\": [[\"a\", \"b\"]]}"), 0);
  EXPECT_EQ(fewrel.recognise("x.json", "{\"tokens\": [\"a\"]}"), 0);
}

TEST(FewRel, WhatItCannotHoldNamesTheExampleAndTheField) {
  const Example ok = read_bytes("fewrel", kFile)[0];
  const auto field_of = [&](const std::function<void(Example&)>& change) {
    Example changed = ok;
    change(changed);
    return error_of([&] { write_bytes("fewrel", {ok, changed}); }).where().field;
  };
  EXPECT_EQ(field_of([](Example& e) { e.relations.clear(); }), "relations");
  EXPECT_EQ(field_of([](Example& e) { e.relations[0].head.label = "PER"; }), "relations");
  EXPECT_EQ(field_of([](Example& e) { e.relations[0].tail.end = 9; }), "relations");
  EXPECT_EQ(field_of([](Example& e) { e.label = "x"; }), "label");
  EXPECT_EQ(field_of([](Example& e) { e.text += " "; }), "tokens");
  EXPECT_EQ(field_of([](Example& e) { e.metadata["tail"] = "River Wye"; }), "tail");
  EXPECT_EQ(field_of([](Example& e) { e.metadata["head_id"] = ""; }), "head_id");
  EXPECT_EQ(field_of([](Example& e) { e.metadata["head_mentions"] = "[[9]]"; }), "head_mentions");
  EXPECT_EQ(field_of([](Example& e) { e.metadata["head_mentions"] = "[[1,2]]"; }), "head_mentions");
}

TEST(FewRel, ReadsFewRel) {
  INKLING_SKIP_WITHOUT(real_data("fewrel"));
  const auto wiki = read_dataset(real_data("fewrel/val_wiki.json.gz"), {});
  EXPECT_EQ(wiki.examples.size(), 11200);
  const auto lower = read_dataset(real_data("fewrel/train64_subset_lower.json.gz"), {});
  EXPECT_EQ(lower.examples.size(), 11575);
  EXPECT_EQ(read_bytes("fewrel", write_bytes("fewrel", wiki.examples)), wiki.examples);
}

}  // namespace
}  // namespace inkling
