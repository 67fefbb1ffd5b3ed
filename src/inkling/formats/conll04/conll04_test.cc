#include "inkling/formats/conll04/conll04.h"

#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr const char* kRecord =
    R"({"tokens": ["Ada", "lives", "in", "London"], "entities": [{"type": "Peop", "start": 0, "end": 1}, )"
    R"({"type": "Loc", "start": 3, "end": 4}], "relations": [{"type": "Live_In", "head": 0, "tail": 1}], "orig_id": 7})";

TEST(Conll04, ReadsEntitiesAndRelations) {
  const auto read = read_bytes("conll04", std::string("[") + kRecord + "]\n");
  ASSERT_EQ(read.size(), 1);
  EXPECT_EQ(read[0].text, "Ada lives in London");
  EXPECT_THAT(read[0].spans, ElementsAre(Span{0, 1, "Peop"}, Span{3, 4, "Loc"}));
  EXPECT_THAT(read[0].relations, ElementsAre(Relation{{0, 1, "Peop"}, {3, 4, "Loc"}, "Live_In"}));
  EXPECT_THAT(read[0].metadata, ElementsAre(Pair("orig_id", "7")));
  EXPECT_EQ(write_bytes("conll04", read), std::string("[") + kRecord + "]\n");
}

TEST(Conll04, TheOffsetsOfATextThatCameFromElsewhereStay) {
  Example made = example("Ada's\n\xf0\x9f\x98\x80");
  made.tokens = {{0, 3}, {3, 5}, {6, 10}};
  EXPECT_EQ(read_bytes("conll04", write_bytes("conll04", {made})), std::vector{made});
}

TEST(Conll04, FaultsAreErrorsWithLineAndKey) {
  struct Case {
    std::string record;
    std::string field;
    std::string message;
  };
  for (const Case& fault : std::vector<Case>{
           {R"({"entities": []})", "tokens", "no tokens"},
           {R"({"tokens": []})", "tokens", "no tokens"},
           {R"({"tokens": ["a", ""]})", "tokens", "token 1 is empty"},
           {R"({"tokens": "a"})", "tokens", "not a list"},
           {R"({"tokens": ["a"], "entities": [{"type": "X", "start": 0, "end": 2}]})", "entities",
            "end is 2"},
           {R"({"tokens": ["a"], "entities": [{"type": "X", "start": 0, "end": 0}]})", "entities",
            "end is 0"},
           {R"({"tokens": ["a"], "entities": [{"type": "X", "start": -1, "end": 1}]})", "entities",
            "start is -1"},
           {R"({"tokens": ["a"], "entities": [{"start": 0, "end": 1}]})", "entities",
            "'type' is missing"},
           {R"({"tokens": ["a"], "relations": [{"type": "X", "head": 0, "tail": 0}]})", "relations",
            "head is 0"},
           {R"({"tokens": ["a"], "text": "a b"})", "text", "do not make up"},
       }) {
    const Error error = error_of(
        [&] { read_bytes("conll04", std::string("[") + kRecord + ",\n" + fault.record + "]"); });
    EXPECT_EQ(error.kind(), ErrorKind::data) << fault.record;
    EXPECT_EQ(error.where().line, 2) << fault.record;
    EXPECT_EQ(error.where().field, fault.field) << fault.record;
    EXPECT_THAT(error.message(), HasSubstr(fault.message)) << fault.record;
  }
}

TEST(Conll04, ARelationOfOtherSpansIsNotWritten) {
  auto read = read_bytes("conll04", std::string("[") + kRecord + "]");
  read[0].relations[0].head.label = "Org";
  EXPECT_THAT(error_of([&] { write_bytes("conll04", read); }).message(),
              HasSubstr("none of the spans"));
}

TEST(Conll04, ReadsTheThreeSplits) {
  INKLING_SKIP_WITHOUT(real_data("conll04"));
  const std::vector<std::string> files = {"train", "dev", "test"};
  const std::vector<std::vector<std::size_t>> counts = {
      {922, 3377, 1283}, {231, 893, 343}, {288, 1079, 422}};
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Dataset data = read_dataset(real_data("conll04/conll04_" + files[i] + ".json"), {});
    std::size_t spans = 0;
    std::size_t relations = 0;
    for (const Example& one : data.examples) {
      spans += one.spans.size();
      relations += one.relations.size();
    }
    EXPECT_THAT((std::vector{data.examples.size(), spans, relations}),
                testing::ElementsAreArray(counts[i]));
    EXPECT_TRUE(read_bytes("conll04", write_bytes("conll04", data.examples)) == data.examples);
  }
}

}  // namespace
}  // namespace inkling
