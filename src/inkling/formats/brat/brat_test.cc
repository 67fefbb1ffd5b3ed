#include "inkling/formats/brat/brat.h"

#include <cstdlib>
#include <fstream>

#include "inkling/base/temporary_folder.h"
#include "inkling/data/structure.h"
#include "inkling/formats/brat/standoff.h"
#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class Brat : public testing::Test {
 protected:
  void put(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_.path() / name, std::ios::binary) << bytes;
  }
  std::filesystem::path path(const std::string& below = "") const { return folder_.path() / below; }

 private:
  TemporaryFolder folder_;
};

Example standoff(const std::string& text, const std::string& ann) {
  return brat::read_standoff(text, {"a.ann", ann}, {});
}

TEST_F(Brat, ReadsSpansAndRelationsOfEachDocument) {
  put("b.txt", "Rene\xcc\x81 \xf0\x9f\x98\x80 lives in\nNew York.\n");
  put("b.ann",
      "T2\tCity 17 25\tNew York\nT1\tPerson 0 5\tRene\xcc\x81\nR1\tLives-In Arg1:T1 Arg2:T2\t\n");
  put("a.txt", "nothing");
  put("a.ann", "");
  put("annotation.conf", "[entities]");
  const Dataset data = read_dataset(path(), {});
  ASSERT_EQ(data.examples.size(), 2);
  EXPECT_EQ(data.examples[0].text, "nothing");
  const Example& one = data.examples[1];
  EXPECT_THAT(one.metadata, ElementsAre(Pair("document", "b")));
  ASSERT_EQ(one.spans.size(), 2);
  EXPECT_EQ(covered_text(one, one.spans[0]), "Rene\xcc\x81");
  EXPECT_EQ(covered_text(one, one.spans[1]), "New York");
  EXPECT_THAT(one.relations, ElementsAre(Relation{one.spans[0], one.spans[1], "Lives-In"}));
  FormatOptions options;
  options.format = "brat";
  write_dataset(data, path("out"), options);
  EXPECT_EQ(read_dataset(path("out"), {}).examples, data.examples);
}

TEST_F(Brat, AnArchiveIsReadToo) {
  put("x.txt", "Ada");
  put("x.ann", "T1\tPerson 0 3\tAda\n");
  const std::string command =
      "cd " + path().string() + " && mkdir d && mv x.* d && tar -czf d.tar.gz d && rm -r d";
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_THAT(read_dataset(path("d.tar.gz"), {}).examples[0].spans,
              ElementsAre(Span{0, 1, "Person"}));
}

TEST_F(Brat, AFileWithoutItsOtherHalfIsAnError) {
  put("a.txt", "a");
  put("b.txt", "a");
  put("b.ann", "");
  EXPECT_THAT(error_of([&] { read_dataset(path(), {}); }).message(), HasSubstr("a.ann is missing"));
  put("a.ann", "");
  put("c.ann", "");
  EXPECT_THAT(error_of([&] { read_dataset(path(), {}); }).message(), HasSubstr("c.txt is missing"));
}

TEST(BratStandoff, OtherLinesComeOutAsTheyWentIn) {
  const std::string ann =
      "T7\tPerson 0 3\tAda\nT3\tVerb 4 8\tcode\nR2\tdoes Arg1:T7 Arg2:T3\n"
      "E1\tCoding:T3 Agent:T7\nA1\tNegation E1\n#1\tAnnotatorNotes T7\ta\tnote\n*\tEquiv T7 T3\n";
  const Example read = standoff("Ada codes", ann);
  EXPECT_EQ(read.spans.size(), 2);
  EXPECT_EQ(read.metadata.at("span_ids"), "T7 T3");
  EXPECT_EQ(brat::write_standoff({read, 1, "brat"}, {}), ann);
  Example changed = read;
  changed.spans.pop_back();
  changed.relations.clear();
  EXPECT_THAT(error_of([&] { brat::write_standoff({changed, 1, "brat"}, {}); }).message(),
              HasSubstr("the ids 'T7 T3'"));
}

TEST(BratStandoff, FaultsAreErrorsWithLineAndId) {
  struct Case {
    std::string line;
    std::string field;
    std::string message;
  };
  for (const Case& fault : std::vector<Case>{
           {"T2\tX 0 1;2 3\ta c", "T2", "several parts"},
           {"T2\tX 0 9\ta", "T2", "outside of the text of 5 characters"},
           {"T2\tX 0 1\tb", "T2", "the text there is 'a', not 'b'"},
           {"T2\tX 0 2\ta ", "T2", "white space"},
           {"T2\tX 1 1\t", "T2", "covers no word"},
           {"T2\tX zero 1\ta", "T2", "no offset"},
           {"T2\tX 0 1", "T2", "TYPE START END"},
           {"T1\tX 0 1\ta", "T1", "twice"},
           {"R1\tr Arg1:T1 Arg2:T9", "R1", "'T9' is none of the spans"},
           {"R1\tr Arg1:T1", "R1", "Arg1:T1 Arg2:T2"},
           {"nonsense", "annotation", "no annotation"},
           {"\tX 0 1", "annotation", "no annotation"},
       }) {
    const Error error =
        error_of([&] { standoff("a b\xc3\xa9 ", "T1\tY 2 4\tb\xc3\xa9\n" + fault.line + "\n"); });
    EXPECT_EQ(error.kind(), ErrorKind::data) << fault.line;
    EXPECT_EQ(error.where().line, 2) << fault.line;
    EXPECT_EQ(error.where().field, fault.field) << fault.line;
    EXPECT_THAT(error.message(), HasSubstr(fault.message)) << fault.line;
  }
}

TEST(BratStandoff, OtherTokensAreKeptOrGivenUp) {
  Example words;
  words.spans = {{1, 3, "X"}};
  words.text = "don't   go";
  words.tokens = {{0, 2}, {2, 5}, {8, 10}};
  EXPECT_EQ(brat::write_standoff({words, 1, "brat"}, {}), "T1\tX 2 10\tn't   go\n")
      << "the span's own border cuts the word";
  words.spans = {{2, 3, "X"}};
  EXPECT_THAT(error_of([&] { brat::write_standoff({words, 1, "brat"}, {}); }).hint(),
              HasSubstr("--tokens drop"));
  FormatOptions options;
  options.tokens = "drop";
  EXPECT_EQ(brat::write_standoff({words, 1, "brat"}, options), "T1\tX 8 10\tgo\n");
}

}  // namespace
}  // namespace inkling
