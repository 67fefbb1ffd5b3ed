#include "inkling/formats/clinc/clinc.h"

#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(Clinc, ReadsThePairsOfEachSplit) {
  const auto examples = read_bytes(
      "clinc",
      "{\"train\": [[\"a]\\\"[\", \"x\"],\n[\"b\",\n 7]], \"oos_test\":\n[[\"c\", \"oos\"]]}");
  EXPECT_THAT(texts_of(examples), ElementsAre("a]\"[", "b", "c"));
  EXPECT_EQ(examples[1].label, "7");
  EXPECT_THAT(examples[2].attributes, ElementsAre(Pair("split", "oos_test")));
  EXPECT_EQ(examples[1].origin.line, 2);
  EXPECT_EQ(examples[2].origin.line, 4);
}

TEST(Clinc, SplitsKeepTheirOrder) {
  std::vector<Example> examples = {example("a", "x"), example("b\n", "")};
  examples[0].attributes = {{"split", "val"}};
  examples[1].attributes = {{"split", "\"train\""}};
  EXPECT_EQ(read_bytes("clinc", write_bytes("clinc", examples)), examples);
}

TEST(Clinc, FaultsAreErrorsWithTheirLineAndSplit) {
  for (const std::string pair :
       {"[\"a\"]", "[\"a\", \"b\", \"c\"]", "{}", "[1, \"x\"]", "[\"a\", null]"}) {
    const Error error =
        error_of([&] { read_bytes("clinc", "{\"train\": [[\"a\", \"x\"],\n" + pair + "]}"); });
    EXPECT_EQ(error.kind(), ErrorKind::data) << pair;
    EXPECT_EQ(error.where().line, 2) << pair;
    EXPECT_EQ(error.where().field, "train") << pair;
  }
  EXPECT_THAT(error_of([] { read_bytes("clinc", "{\"a\": [], \"a\": []}"); }).message(),
              HasSubstr("twice"));
}

TEST(Clinc, IsRecognisedByItsFirstPair) {
  const Format& clinc = format_named("clinc");
  EXPECT_GT(clinc.recognise("x.json", "{\n \"val\": [\n ["), 0);
  EXPECT_EQ(clinc.recognise("x.json", "{\"text\": \"a\"}"), 0);
  EXPECT_EQ(clinc.recognise("x.json", "{\"banking\": [\"a\""), 0);
}

TEST(Clinc, WhatItCannotHoldNamesTheExampleAndTheField) {
  Example ok = example("a", "x");
  ok.attributes = {{"split", "train"}};
  const Error error = error_of([&] { write_bytes("clinc", {ok, example("a", "x")}); });
  EXPECT_THAT(error.message(), HasSubstr("example 2: clinc cannot hold"));
  EXPECT_EQ(error.where().field, "split");
  Example unlabelled = ok;
  unlabelled.label.reset();
  EXPECT_EQ(error_of([&] { write_bytes("clinc", {unlabelled}); }).where().field, "label");
}

TEST(Clinc, ReadsClinc150) {
  INKLING_SKIP_WITHOUT(real_data("clinc150"));
  const Dataset clinc = read_dataset(real_data("clinc150/data_full.json.gz"), {});
  EXPECT_EQ(clinc.labels().size(), 151);
  const std::vector<std::pair<std::string, int>> splits = {{"train", 15000}, {"val", 3000},
                                                           {"test", 4500},   {"oos_train", 100},
                                                           {"oos_val", 100}, {"oos_test", 1000}};
  for (const auto& [split, count] : splits)
    EXPECT_EQ(count_attribute(clinc.examples, "split", split), count);
  EXPECT_EQ(count_label(clinc.examples, "oos"), 1200);
}

}  // namespace
}  // namespace inkling
