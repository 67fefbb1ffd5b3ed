#include "inkling/formats/conll2012/conll2012.h"

#include "inkling/data/structure.h"
#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr const char* kDocument =
    "#begin document (nw/x/00/x_0001); part 000\n"
    "nw/x/00/x_0001  0  0  Ada    NNP  (TOP(S(NP*)  -      -   -  -  (PERSON*)  (ARG0*)  (1)\n"
    "nw/x/00/x_0001  0  1  wrote  VBD  (VP*         write  01  1  -  *          (V*)     -\n"
    "nw/x/00/x_0001  0  2  #      NN   (NP*))))     -      -   -  -  *          (ARG1*)  -\n"
    "\n"
    "nw/x/00/x_0001  0  0  Yes  UH  *  -  -  -  -  *  -\n"
    "#end document\n"
    "#begin document (bc/y); part 001\n"
    "bc/y  1  0  So  RB  *  -  -  -  Bob  *  -\n"
    "#end document\n";

TEST(Conll2012, ReadsNamesAndFramesOfDocuments) {
  const auto read = read_bytes("conll2012", kDocument);
  ASSERT_EQ(read.size(), 3);
  EXPECT_EQ(read[0].text, "Ada wrote #");
  EXPECT_THAT(read[0].spans, ElementsAre(Span{0, 1, "PERSON"}));
  EXPECT_THAT(read[0].frames, ElementsAre(Frame{1, "write.01", {{0, 1, "ARG0"}, {2, 3, "ARG1"}}}));
  EXPECT_THAT(read[0].metadata, ElementsAre(Pair("document", "nw/x/00/x_0001"), Pair("part", "0")));
  EXPECT_THAT(read[0].attributes, ElementsAre(Pair("genre", "nw")));
  EXPECT_THAT(read[0].token_columns.at("coref"), ElementsAre("(1)", "-", "-"));
  EXPECT_FALSE(read[0].token_columns.contains("speaker"));
  EXPECT_EQ(read[1].text, "Yes");
  EXPECT_TRUE(read[1].frames.empty());
  EXPECT_THAT(read[2].token_columns.at("speaker"), ElementsAre("Bob"));
  EXPECT_EQ(read[2].metadata.at("document"), "bc/y");
}

TEST(Conll2012, WritesDocumentsAndReadsThemBack) {
  const auto read = read_bytes("conll2012", kDocument);
  const std::string bytes = write_bytes("conll2012", read);
  EXPECT_THAT(bytes,
              HasSubstr("#end document\n#begin document (bc/y); part 001\nbc/y\t1\t0\tSo\t"));
  EXPECT_EQ(read_bytes("conll2012", bytes), read);
  Example bare = read[0];
  bare.metadata.clear();
  bare.attributes.clear();
  bare.token_columns.clear();
  EXPECT_EQ(read_bytes("conll2012", write_bytes("conll2012", {bare})), std::vector{bare});
}

TEST(Conll2012, FaultsAreErrorsWithTheirLine) {
  struct Case {
    std::string bytes;
    std::int64_t line;
    std::string message;
  };
  for (const Case& fault : std::vector<Case>{
           {"d 0 0 a N * - - - - (X* -\n", 1, "'(X' is not closed"},
           {"d 0 0 a N * b 01 - - * -\n", 1, "1 predicates and 0 columns"},
           {"d 0 0 a N * - - - - * (V*) -\n", 1, "0 predicates and 1 columns"},
           {"d 0 0 a N * - - - - *\n", 1, "11 columns, not 12"},
           {"d 0 0 a N * - - - - * -\nd 0 1 a N * - - - - -\n", 2, "11 columns, the sentence's"},
           {"d 0 0 a N * - - - - * -\ne 0 1 a N * - - - - * -\n", 2, "'e' in a sentence of 'd'"},
       }) {
    const Error error = error_of([&] { read_bytes("conll2012", fault.bytes); });
    EXPECT_EQ(error.kind(), ErrorKind::data) << fault.bytes;
    EXPECT_EQ(error.where().line, fault.line) << fault.bytes;
    EXPECT_THAT(error.message(), HasSubstr(fault.message)) << fault.bytes;
  }
}

TEST(Conll2012, ASenseThatIsNotOfItsLemmaIsNotWritten) {
  auto read = read_bytes("conll2012", kDocument);
  read[0].frames[0].sense = "say.01";
  EXPECT_THAT(error_of([&] { write_bytes("conll2012", read); }).hint(), HasSubstr("write."));
}

}  // namespace
}  // namespace inkling
