#include "inkling/formats/semeval2010/semeval2010.h"

#include "inkling/data/structure.h"
#include "inkling/formats/test_help.h"
#include "inkling/formats/token_text.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr const char* kFile =
    "1\t\"The <e1>authors</e1> of \"it\" use a de<e2>bugger</e2>.\"\n"
    "Instrument-Agency(e2,e1)\n"
    "Comment: a tool\n\n"
    "2\t\"A <e2>b</e2> in <e1>c d</e1>\"\nOther\nComment: \n\n"
    "3\t\"<e1>\xf0\x9f\x98\x80</e1><e2>x</e2>\"\n\n";

TEST(SemEval2010, ReadsHeadTailAndRelation) {
  const auto read = read_bytes("semeval2010", kFile);
  ASSERT_EQ(read.size(), 3);
  EXPECT_EQ(read[0].text, "The authors of \"it\" use a debugger.");
  ASSERT_EQ(read[0].relations.size(), 1);
  EXPECT_EQ(read[0].relations[0].type, "Instrument-Agency(e2,e1)");
  EXPECT_EQ(covered_text(read[0], read[0].relations[0].head), "authors");
  EXPECT_EQ(covered_text(read[0], read[0].relations[0].tail), "bugger");
  EXPECT_THAT(read[0].metadata, ElementsAre(Pair("comment", "a tool"), Pair("id", "1")));
  EXPECT_THAT(token_texts(read[1]), ElementsAre("A", "b", "in", "c", "d"));
  EXPECT_EQ(read[1].relations[0].head, (Span{3, 5, "e1"}));
  EXPECT_EQ(read[2].relations[0], (Relation{{0, 1, "e1"}, {1, 2, "e2"}, ""}));
  EXPECT_EQ(write_bytes("semeval2010", read), kFile);
}

TEST(SemEval2010, SentencesOfTheTestFileNeedNoEmptyLine) {
  const auto read =
      read_bytes("semeval2010", "1\t\"<e1>a</e1> <e2>b</e2>\"\r\n2\t\"<e1>a</e1> <e2>b</e2>\"\r\n");
  EXPECT_EQ(read.size(), 2);
}

TEST(SemEval2010, FaultsAreErrorsWithTheirLine) {
  struct Case {
    std::string bytes;
    std::string message;
  };
  for (const Case& fault : std::vector<Case>{
           {"2\t\"<e1>a</e1> b\"", "<e2> is missing"},
           {"2\t\"<e1>a</e1> <e1>b</e1> <e2>c</e2>\"", "<e1> is there twice"},
           {"2\t\"<e1>a <e2>c</e2></e1>\"", "lie in each other"},
           {"2\t\"</e1>a<e1> <e2>c</e2>\"", "end before they begin"},
           {"2\t\"<e1></e1>a <e2>c</e2>\"", "covers no word"},
           {"2\t\"<e1>a </e1> <e2>c</e2>\"", "white space"},
           {"2\t\"<e1>a</e1> <e2>c</e2>", "no quote"},
           {"Cause(e1,e3)", "none of an example"},
           {"Comment: x", "none of an example"},
       }) {
    const Error error = error_of([&] {
      read_bytes("semeval2010", "1\t\"<e1>a</e1> <e2>b</e2>\"\nOther\n\n" + fault.bytes + "\n");
    });
    EXPECT_EQ(error.kind(), ErrorKind::data) << fault.bytes;
    EXPECT_EQ(error.where().line, 4) << fault.bytes;
    EXPECT_THAT(error.message(), HasSubstr(fault.message)) << fault.bytes;
  }
  EXPECT_THAT(error_of([] {
                read_bytes("semeval2010", "1\t\"<e1>a</e1> <e2>b</e2>\"\nOther\nOther\n");
              }).message(),
              HasSubstr("second relation"));
}

TEST(SemEval2010, OtherTokensAreKeptOrGivenUp) {
  auto read = read_bytes("semeval2010", "1\t\"don't <e1>go</e1> <e2>on</e2>\"\nOther\n");
  read[0].tokens = {{0, 2}, {2, 5}, {6, 8}, {9, 11}};
  read[0].relations[0].head = {2, 3, "e1"};
  read[0].relations[0].tail = {3, 4, "e2"};
  EXPECT_THAT(error_of([&] { write_bytes("semeval2010", read); }).hint(),
              HasSubstr("--tokens drop"));
  FormatOptions options;
  options.tokens = "drop";
  EXPECT_THAT(write_bytes("semeval2010", read, options),
              HasSubstr("don't <e1>go</e1> <e2>on</e2>"));
  read[0].relations[0].type = "not a relation";
  EXPECT_EQ(error_of([&] { write_bytes("semeval2010", read, options); }).where().field,
            "relations");
}

TEST(SemEval2010, ReadsBothFilesOfTheTask) {
  INKLING_SKIP_WITHOUT(real_data("semeval2010-task8"));
  const auto types_of = [](const Dataset& data) {
    std::map<std::string, int> types;
    for (const Example& one : data.examples) ++types[one.relations.at(0).type];
    return types;
  };
  const Dataset train = read_dataset(real_data("semeval2010-task8/TRAIN_FILE.TXT"), {});
  EXPECT_EQ(train.examples.size(), 8000);
  auto types = types_of(train);
  EXPECT_EQ(types.size(), 19);
  EXPECT_EQ(types["Other"], 1410);
  EXPECT_EQ(types["Entity-Destination(e1,e2)"], 844);
  EXPECT_TRUE(read_bytes("semeval2010", write_bytes("semeval2010", train.examples)) ==
              train.examples);
  const Dataset test = read_dataset(real_data("semeval2010-task8/TEST_FILE_FULL.TXT"), {});
  EXPECT_EQ(test.examples.size(), 2717);
  EXPECT_EQ(types_of(test)["Cause-Effect(e2,e1)"], 194);
}

}  // namespace
}  // namespace inkling
