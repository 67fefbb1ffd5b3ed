#include "inkling/formats/spacy/spacy.h"

#include "inkling/data/structure.h"
#include "inkling/formats/test_help.h"
#include "inkling/formats/token_text.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(Spacy, OffsetsCountCodePoints) {
  // A woman technologist is three code points, e with U+0301 two.
  const std::string line =
      "{\"text\": \"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb Rene\xcc\x81 M. is in "
      "\xe6\x9d\xb1\xe4\xba\xac!\", \"entities\": [[0, 3, \"WHO\"], [4, 9, \"PER\"], [19, 21, "
      "\"LOC\"]], \"id\": 7}\n";
  const auto read = read_bytes("spacy", line);
  ASSERT_EQ(read.size(), 1);
  std::vector<std::string> covered;
  for (const Span& span : read[0].spans) covered.emplace_back(covered_text(read[0], span));
  EXPECT_THAT(covered, ElementsAre("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", "Rene\xcc\x81",
                                   "\xe6\x9d\xb1\xe4\xba\xac"));
  EXPECT_THAT(read[0].metadata, ElementsAre(Pair("id", "7")));
  EXPECT_EQ(write_bytes("spacy", read), line);
}

TEST(Spacy, ReadsProdigyDoccanoAndPairs) {
  const auto same = read_bytes("spacy", R"({"text": "in Rome", "entities": [[3, 7, "LOC"]]})");
  for (
      const std::string line :
      {R"({"text": "in Rome", "spans": [{"start": 3, "end": 7, "label": "LOC", "token_start": 1}]})",
       R"({"text": "in Rome", "label": [[3, 7, "LOC"]]})",
       R"({"labels": [[3, 7, "LOC"]], "text": "in Rome"})",
       R"(["in Rome", {"entities": [[3, 7, "LOC"]]}])"}) {
    EXPECT_EQ(read_bytes("spacy", line), same) << line;
    EXPECT_GT(format_named("spacy").recognise("x.jsonl", line), 90) << line;
  }
  EXPECT_EQ(format_named("spacy").recognise("x.jsonl", R"({"text": "a", "label": "b"})"), 0);
  EXPECT_EQ(read_bytes("spacy", R"({"text": "a", "label": "b"})")[0].label, "b");
  // Records of other kinds that have such a key.
  for (const std::string line :
       {R"({"text": "a", "intent": "play", "entities": []})", R"({"text": "a", "labels": ["b"]})",
        R"({"text": "a", "entities": {"b": 1}, "label": "c"})"}) {
    EXPECT_EQ(format_named("spacy").recognise("x.jsonl", line), 0) << line;
  }
  EXPECT_GT(format_named("spacy").recognise("x.jsonl", R"({"text": "a", "entities": []})"), 90);
}

TEST(Spacy, SpansCutWordsAndTokensOfTheirOwnAreKept) {
  const auto cut = read_bytes("spacy", R"({"text": "Londoners go", "entities": [[0, 6, "LOC"]]})");
  EXPECT_THAT(token_texts(cut[0]), ElementsAre("London", "ers", "go"));
  const auto given = read_bytes(
      "spacy",
      R"({"text": "go on", "tokens": [{"text": "go on", "start": 0, "end": 5, "id": 0}], "entities": [[0, 5, "X"]]})");
  EXPECT_THAT(token_texts(given[0]), ElementsAre("go on"));
  EXPECT_EQ(read_bytes("spacy", write_bytes("spacy", given)), given);
  const std::vector<Example> plain = {example("no tokens"), example("")};
  EXPECT_EQ(read_bytes("spacy", write_bytes("spacy", plain)), plain);
}

TEST(Spacy, SpansAreOrderedAndMayOverlap) {
  const auto read = read_bytes(
      "spacy", R"({"text": "a b c", "entities": [[2, 5, "Y"], [0, 1, "Z"], [0, 3, "X"]]})");
  EXPECT_THAT(read[0].spans, ElementsAre(Span{0, 2, "X"}, Span{0, 1, "Z"}, Span{1, 3, "Y"}));
  EXPECT_EQ(read_bytes("spacy", write_bytes("spacy", read)), read);
  auto wrong = read;
  std::swap(wrong[0].spans[0], wrong[0].spans[2]);
  EXPECT_THAT(error_of([&] { write_bytes("spacy", wrong); }).hint(), HasSubstr("order them"));
}

TEST(Spacy, FaultsAreErrorsWithLineAndKey) {
  struct Case {
    std::string record;
    std::string field;
    std::string message;
  };
  for (const Case& fault : std::vector<Case>{
           {R"({"entities": []})", "text", "no text"},
           {R"({"text": "é", "entities": [[0, 2, "X"]]})", "entities", "the end is 2"},
           {R"({"text": "ab", "entities": [[-1, 2, "X"]]})", "entities", "the start is -1"},
           {R"({"text": "ab", "entities": [[1, 0, "X"]]})", "entities", "the end is 0"},
           {R"({"text": "ab", "entities": [[1, 1, "X"]]})", "entities", "covers no word"},
           {R"({"text": "a b", "entities": [[0, 2, "X"]]})", "entities", "white space"},
           {R"({"text": "ab", "entities": [[0, 2]]})", "entities", "[start, end, label]"},
           {R"({"text": "ab", "spans": [{"start": 0, "label": "X"}]})", "spans",
            "no start, end or label"},
           {R"({"text": "ab", "spans": [], "entities": []})", "entities",
            "stand under 'spans' too"},
           {R"({"text": "ab", "tokens": [{"text": "a", "start": 1, "end": 2}]})", "tokens",
            "is 'b' in the text"},
           {R"({"text": "ab", "tokens": [{"start": 0, "end": 2}], "entities": [[1, 2, "X"]]})",
            "entities", "inside of a token"},
           {R"(["ab"])", "", "not [text, annotations]"},
       }) {
    const Error error =
        error_of([&] { read_bytes("spacy", "{\"text\": \"ok\"}\n" + fault.record + "\n"); });
    EXPECT_EQ(error.kind(), ErrorKind::data) << fault.record;
    EXPECT_EQ(error.where().line, 2) << fault.record;
    EXPECT_EQ(error.where().field, fault.field) << fault.record;
    EXPECT_THAT(error.message(), HasSubstr(fault.message)) << fault.record;
  }
}

}  // namespace
}  // namespace inkling
