#include "inkling/formats/jsonl/jsonl.h"

#include <limits>

#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

/// An example with something in each member.
Example full_example() {
  Example full = example("Rome \xf0\x9f\x8f\x9b fell.", "history");
  full.soft_targets = {{"history", 0.1}, {"", 1e-300}};
  full.weight = 0.30000000000000004;
  full.tokens = {{0, 4}, {5, 9}, {10, 14}};
  full.spans = {{0, 1, "place"}, {1, 3, ""}};
  full.relations = {{{0, 1, "a"}, {2, 3, "b"}, "r"}};
  full.frames = {{2, "fall.01", {{0, 1, "A1"}}}, {0, "", {}}};
  full.token_columns = {{"pos", {"N", "\"", "V"}}};
  full.targets = {"Roma cadde.", ""};
  full.attributes = {{"domain", "old\nnews"}, {"", ""}};
  full.metadata = {{"text", "t"}, {"label", "l"}, {"metadata", "m"}, {"tokens", "[\"a\"]"}};
  return full;
}

TEST(Jsonl, AllOfAnExampleSurvives) {
  const std::vector<Example> examples = {full_example(), example(""), example("x", "")};
  EXPECT_EQ(read_bytes("jsonl", write_bytes("jsonl", examples)), examples);
}

TEST(Jsonl, AllSurvivesUnderOtherColumnNames) {
  FormatOptions options;
  options.text_column = "Label";
  options.label_column = "text";
  options.group_column = "domain";
  const std::vector<Example> examples = {full_example(), example("b")};
  EXPECT_EQ(read_bytes("jsonl", write_bytes("jsonl", examples, options), options), examples);
  options.group_column = "metadata";
  EXPECT_EQ(error_of([&] { write_bytes("jsonl", examples, options); }).kind(), ErrorKind::usage);
}

TEST(Jsonl, TextMayBeCalledSentenceOrRawAndLabelCategory) {
  const auto examples = read_bytes(
      "jsonl", "{\"raw\": \"a\", \"label\": 20}\r\n\n{\"category\": true, \"sentence\": \"b\"}");
  EXPECT_EQ(examples, (std::vector{example("a", "20"), example("b", "true")}));
  EXPECT_EQ(examples[1].origin.line, 3);
  EXPECT_EQ(error_of([] { read_bytes("jsonl", R"({"raw": "a", "sentence": "b"})"); }).kind(),
            ErrorKind::usage);
}

TEST(Jsonl, UnknownKeysAreMetadata) {
  const auto examples = read_bytes(
      "jsonl",
      R"({"text": "a", "id": 7, "tags": ["x", 1.5], "note": "n", "label": null, "tokens": ["a"]})");
  EXPECT_EQ(examples[0].label, std::nullopt);
  EXPECT_THAT(examples[0].metadata,
              ElementsAre(Pair("id", "7"), Pair("note", "n"), Pair("tags", R"(["x",1.5])"),
                          Pair("tokens", R"(["a"])")));
  EXPECT_EQ(read_bytes("jsonl", write_bytes("jsonl", examples)), examples);
}

TEST(Jsonl, TokensMayBeWordsAndSpansTags) {
  Example made = example("Ada lives in London");
  made.tokens = {{0, 3}, {4, 9}, {10, 12}, {13, 19}};
  made.spans = {{0, 1, "P"}, {3, 4, "L"}};
  made.relations = {{{0, 1, "P"}, {3, 4, "L"}, "in"}};
  for (
      const std::string line :
      {R"({"tokens": ["Ada", "lives", "in", "London"], "ner_tags": ["B-P", "O", "O", "B-L"], "relations": [{"head": 0, "tail": 1, "type": "in"}]})",
       R"({"tokens": ["Ada", "lives", "in", "London"], "tags": ["S-P", "O", "O", "S-L"], "relations": [{"tail": [3, 4, "L"], "head": 0, "type": "in"}]})",
       R"({"relations": [{"head": 0, "tail": 1, "type": "in"}], "spans": [[0, 1, "P"], [3, 4, "L"]], "tokens": ["Ada", "lives", "in", "London"], "text": "Ada lives in London"})"}) {
    EXPECT_EQ(read_bytes("jsonl", line), std::vector{made}) << line;
  }
  const auto topics = read_bytes("jsonl", R"({"tokens": ["a", "b"], "tags": ["news"]})");
  EXPECT_EQ(topics[0].text, "a b");
  EXPECT_THAT(topics[0].metadata, ElementsAre(Pair("tags", R"(["news"])")));
  const std::string broken = R"({"tokens": ["a"], "ner_tags": ["I-X"]})";
  EXPECT_THAT(error_of([&] { read_bytes("jsonl", broken); }).message(), HasSubstr("token 0: I-X"));
  FormatOptions repair;
  repair.broken_tags = "repair";
  EXPECT_THAT(read_bytes("jsonl", broken, repair)[0].spans, ElementsAre(Span{0, 1, "X"}));
}

TEST(Jsonl, TheGroupIsAnAttribute) {
  FormatOptions options;
  options.group_column = "shop";
  const auto examples = read_bytes("jsonl", R"({"text": "a", "shop": 3})", options);
  EXPECT_THAT(examples[0].attributes, ElementsAre(Pair("shop", "3")));
}

TEST(Jsonl, ColumnsThatAreNowhereNameTheNearest) {
  const std::string bytes = R"({"text": "a", "topic": "x"})";
  FormatOptions options;
  options.label_column = "topics";
  EXPECT_THAT(error_of([&] { read_bytes("jsonl", bytes, options); }).hint(), HasSubstr("topic"));
  options.label_column = "topic";
  EXPECT_EQ(read_bytes("jsonl", bytes, options)[0].label, "x");
  options.text_column = "txt";
  EXPECT_THAT(error_of([&] { read_bytes("jsonl", bytes, options); }).hint(), HasSubstr("text"));
}

TEST(Jsonl, FaultsAreErrorsWithLineAndKey) {
  struct Case {
    std::string line;
    std::string field;
    std::string message;
  };
  for (const Case& fault : std::vector<Case>{
           {R"([1])", "", "is a list, not an object"},
           {R"({"text": 1})", "text", "is a number, not a text"},
           {R"({"text": "a", "label": [1]})", "label", "is a list, not a label"},
           {R"({"text": "a", "label": 1.5})", "label", "is a number, not a label"},
           {R"({"text": "a", "text": "b"})", "text", "twice"},
           {R"({"text": "a\u0000b"})", "text", "NUL"},
           {R"({"text": "a", "weight": "x"})", "weight", "is a text, not a number"},
           {R"({"text": "a", "tokens": [[0, 2]]})", "tokens", "outside of the text"},
           {R"({"text": "a", "tokens": [[0]]})", "tokens", "[begin, end]"},
           {R"({"text": "a", "spans": [{"begin": 0, "end": 1, "label": "x"}]})", "spans",
            "outside"},
           {R"({"text": "a", "spans": [{"begin": 0, "end": 1, "lable": "x"}]})", "spans", "lable"},
           {R"({"text": "a", "frames": [{"predicate": 0, "sense": ""}]})", "frames",
            "'arguments' is missing"},
           {R"({"text": "a", "frames": [{"predicate": 0, "sense": "", "arguments": []}]})",
            "frames", "none of the tokens: 0 of 0"},
           {R"({"text": "a b", "tokens": ["a", "c"], "spans": []})", "tokens", "do not make up"},
           {R"({"tokens": ["a", "b"], "ner_tags": ["O"]})", "ner_tags", "1 tags for 2 tokens"},
           {R"({"tokens": ["a"], "ner_tags": ["O"], "spans": [[0, 1, "x"]]})", "ner_tags", "both"},
           {R"({"tokens": ["a"], "relations": [{"head": 0, "tail": 0, "type": "r"}]})", "relations",
            "a span's number is 0"},
           {R"({"text": "a", "token_columns": {"pos": ["x"]}})", "token_columns",
            "1 values for 0 tokens"},
       }) {
    const Error error = error_of([&] { read_bytes("jsonl", "{\"text\": \"ok\"}\n" + fault.line); });
    EXPECT_EQ(error.kind(), ErrorKind::data) << fault.line;
    EXPECT_EQ(error.where().line, 2) << fault.line;
    EXPECT_EQ(error.where().field, fault.field) << fault.line;
    EXPECT_THAT(error.message(), HasSubstr(fault.message)) << fault.line;
  }
}

TEST(Jsonl, WhatIsNotJsonIsAnErrorWithLineAndByte) {
  const Error error =
      error_of([] { read_bytes("jsonl", "{\"text\": \"ok\"}\n{\"text\": nope}\n"); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_EQ(error.where().line, 2);
  EXPECT_THAT(error.message(), HasSubstr("at byte 11"));
}

TEST(Jsonl, AContradictionIsNotWritten) {
  Example wrong = example("a");
  wrong.weight = std::numeric_limits<double>::infinity();
  EXPECT_EQ(error_of([&] { write_bytes("jsonl", {wrong}); }).where().field, "weight");
  wrong.weight = 1;
  wrong.spans = {{0, 1, "x"}};
  EXPECT_EQ(error_of([&] { write_bytes("jsonl", {wrong}); }).where().field, "spans");
}

TEST(Jsonl, ATooLongLineIsAnErrorWithItsLine) {
  FormatOptions options;
  options.max_record_bytes = 30;
  const Error error = error_of([&] {
    read_bytes("jsonl", "{\"text\": \"a\"}\n{\"text\": \"" + std::string(40, 'x') + "\"}\n",
               options);
  });
  EXPECT_EQ(error.where().line, 2);
}

TEST(Jsonl, HoldsAMegabyteLine) {
  const std::vector<Example> examples = {example(std::string(1 << 20, '"'), "x")};
  EXPECT_EQ(read_bytes("jsonl", write_bytes("jsonl", examples)), examples);
}

TEST(Jsonl, ReadsHuffPost) {
  INKLING_SKIP_WITHOUT(real_data("fewshot-topic"));
  const Dataset huffpost = read_dataset(real_data("fewshot-topic/huffpost.json.gz"), {});
  EXPECT_EQ(huffpost.examples.size(), 36900);
  const auto names = huffpost.labels().names();
  ASSERT_EQ(names.size(), 41);
  for (int label = 0; label < 41; ++label) {
    EXPECT_EQ(names[static_cast<std::size_t>(label)], std::to_string(label));
    EXPECT_EQ(count_label(huffpost.examples, std::to_string(label)), 900);
  }
}

TEST(Jsonl, Reads20News) {
  INKLING_SKIP_WITHOUT(real_data("20news"));
  const Dataset train = read_dataset(real_data("20news/train.jsonl.gz"), {});
  EXPECT_EQ(train.examples.size(), 11314);
  EXPECT_EQ(train.labels().size(), 20);
  EXPECT_EQ(read_dataset(real_data("20news/test.jsonl.gz"), {}).examples.size(), 7532);
}

}  // namespace
}  // namespace inkling
