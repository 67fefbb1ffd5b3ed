#include "inkling/formats/csv/csv.h"

#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(Csv, ReadsTextAndLabelByTheNamesInItsHeader) {
  const auto examples = read_bytes("csv", "label,text\npos,good\nneg,bad\n");
  ASSERT_EQ(examples.size(), 2);
  EXPECT_EQ(examples[0], example("good", "pos"));
  EXPECT_EQ(examples[1], example("bad", "neg"));
  EXPECT_EQ(examples[1].origin.line, 3);
}

TEST(Csv, KeepsQuotedNewlinesAndCountsThem) {
  const auto examples =
      read_bytes("csv", "text,label\n\"a\r\nb, \"\"c\"\"\",x\n\"\",y\nplain \"q\",z");
  EXPECT_THAT(texts_of(examples), ElementsAre("a\r\nb, \"c\"", "", "plain \"q\""));
  EXPECT_EQ(examples[0].origin.line, 2);
  EXPECT_EQ(examples[1].origin.line, 4);
  EXPECT_EQ(examples[2].label, "z");
}

TEST(Csv, ToleratesCarriageReturnsEmptyLinesAndAMark) {
  const auto examples = read_bytes("csv", "\xef\xbb\xbftext,label\r\n\r\na,x\r\n\"b\",y\r\n\r\n");
  EXPECT_THAT(texts_of(examples), ElementsAre("a", "b"));
  EXPECT_EQ(examples[1].label, "y");
  EXPECT_EQ(examples[1].origin.line, 4);
}

TEST(Csv, CutsLinesAtLineFeedsAlone) {
  const std::string text =
      "a\xe2\x80\xa8"
      "b\xc2\x85"
      "c\x0b"
      "d\re";
  EXPECT_THAT(texts_of(read_bytes("csv", "text\n" + text + "\n")), ElementsAre(text));
}

TEST(Csv, OtherColumnsAreMetadata) {
  const auto examples =
      read_bytes("csv", "id,text,,metadata.label,attributes.domain\n7,a,b,c,d\n,e,,,\n");
  EXPECT_THAT(examples[0].metadata,
              ElementsAre(Pair("column3", "b"), Pair("id", "7"), Pair("label", "c")));
  EXPECT_THAT(examples[0].attributes, ElementsAre(Pair("domain", "d")));
  EXPECT_EQ(examples[0].label, std::nullopt);
  EXPECT_EQ(examples[1], example("e"));
}

TEST(Csv, ColumnsAreGivenByNameOrNumber) {
  const std::string bytes = "a,b,c\nx,y,z\n";
  FormatOptions options;
  options.text_column = "b";
  options.label_column = "3";
  options.group_column = "a";
  auto examples = read_bytes("csv", bytes, options);
  ASSERT_EQ(examples.size(), 1);
  EXPECT_EQ(examples[0].text, "y");
  EXPECT_EQ(examples[0].label, "z");
  EXPECT_THAT(examples[0].attributes, ElementsAre(Pair("a", "x")));

  options.header = "no";
  options.text_column = "2";
  options.group_column = "1";
  examples = read_bytes("csv", bytes, options);
  ASSERT_EQ(examples.size(), 2);
  EXPECT_EQ(examples[0].text, "b");
  EXPECT_THAT(examples[0].attributes, ElementsAre(Pair("group", "a")));
}

TEST(Csv, AnUnknownColumnNamesTheNearest) {
  FormatOptions options;
  options.text_column = "reveiw";
  const Error error = error_of([&] { read_bytes("csv", "review,label\na,b\n", options); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_THAT(error.hint(), HasSubstr("review"));
  options.text_column = "3";
  EXPECT_THAT(error_of([&] { read_bytes("csv", "review,label\na,b\n", options); }).message(),
              HasSubstr("the row has 2"));
}

TEST(Csv, TextAndLabelCannotBeOneColumn) {
  FormatOptions options;
  options.text_column = "text";
  options.label_column = std::string("1");
  EXPECT_EQ(error_of([&] { read_bytes("csv", "text,b\na,b\n", options); }).kind(),
            ErrorKind::usage);
}

TEST(Csv, AFileWithoutATextColumnListsItsColumns) {
  const Error error = error_of([] { read_bytes("csv", "review,label\na,b\n"); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_THAT(error.hint(), HasSubstr("review, label"));
}

TEST(Csv, TwoPossibleTextsAreAmbiguous) {
  EXPECT_THAT(error_of([] { read_bytes("csv", "sentence,raw,label\na,b,c\n"); }).message(),
              HasSubstr("both 'sentence' and 'raw'"));
  EXPECT_EQ(read_bytes("csv", "raw,category\na,b\n")[0], example("a", "b"));
}

TEST(Csv, ARaggedRowIsAnErrorWithItsLine) {
  for (const std::string row : {"a,b,c\n", "a\n"}) {
    const Error error = error_of([&] { read_bytes("csv", "text,label\n\"x\ny\",z\n" + row); });
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_EQ(error.where().line, 4);
    EXPECT_THAT(error.message(), HasSubstr("the first row 2"));
  }
}

TEST(Csv, AnUnclosedQuoteIsAnErrorWhereItOpens) {
  const Error error =
      error_of([] { read_bytes("csv", "text,label\nok,x\n\xc3\xa9,\"no end\nx,y\n"); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_EQ(error.where().line, 3);
  EXPECT_THAT(error.message(), HasSubstr("not closed at character 3"));
}

TEST(Csv, TextAfterAClosingQuoteIsAnErrorWithItsPlace) {
  const Error error = error_of([] { read_bytes("csv", "text,label\n\"a\nbc\"d,x\n"); });
  EXPECT_EQ(error.where().line, 3);
  EXPECT_THAT(error.message(), HasSubstr("closing quote at character 4"));
}

TEST(Csv, ATooLongRowIsAnErrorWithItsLine) {
  FormatOptions options;
  options.max_record_bytes = 20;
  for (const std::string& text : {std::string(30, 'x'), '"' + std::string(30, '\n') + '"'}) {
    const Error error =
        error_of([&] { read_bytes("csv", "text,label\na,b\n" + text + ",y\n", options); });
    EXPECT_EQ(error.where().line, 3);
    EXPECT_THAT(error.message(), HasSubstr("longer than 20 bytes"));
  }
}

TEST(Csv, TwoColumnsOfOneNameAreAnError) {
  EXPECT_THAT(error_of([] { read_bytes("csv", "text,id,id\na,b,c\n"); }).message(),
              HasSubstr("two columns are named 'id'"));
}

TEST(Csv, MetadataAndAttributesSurviveUnderAnyName) {
  std::vector<Example> examples = {example("a, \"b\"\r\n", "x"), example("", "label\n")};
  examples[0].metadata = {{"", "1"},        {"7", "2"},          {"Text", "3"},
                          {"column9", "4"}, {"metadata.x", "5"}, {"a\nb", "\r"}};
  examples[1].attributes = {{"domain", "books"}, {"", "e"}};
  EXPECT_EQ(read_bytes("csv", write_bytes("csv", examples)), examples);
}

TEST(Csv, TheGroupHasAColumnOfItsOwnName) {
  FormatOptions options;
  options.group_column = "domain";
  std::vector<Example> examples = {example("a", "x"), example("b")};
  examples[0].attributes = {{"domain", "books"}};
  examples[0].metadata = {{"domain", "other"}};
  const std::string bytes = write_bytes("csv", examples, options);
  EXPECT_THAT(bytes, HasSubstr("text,label,domain,metadata.domain\n"));
  EXPECT_EQ(read_bytes("csv", bytes, options), examples);
}

TEST(Csv, NumberedColumnsAreWrittenWhereTheyAreRead) {
  FormatOptions options;
  options.header = "no";
  options.text_column = "4";
  options.label_column = "1";
  std::vector<Example> examples = {example("a", "x"), example("")};
  examples[0].metadata = {{"column2", "p"}};
  const std::string bytes = write_bytes("csv", examples, options);
  EXPECT_EQ(bytes, "x,p,,a\n,,,\n");
  EXPECT_EQ(read_bytes("csv", bytes, options), examples);
  examples[1].metadata = {{"id", "p"}};
  EXPECT_THAT(error_of([&] { write_bytes("csv", examples, options); }).message(),
              HasSubstr("example 2: csv cannot hold the metadata 'id'"));
}

TEST(Csv, AnEmptyTextAloneSurvives) {
  const std::vector<Example> examples = {example(""), example("a")};
  EXPECT_EQ(read_bytes("csv", write_bytes("csv", examples)), examples);
  FormatOptions options;
  options.header = "no";
  EXPECT_EQ(read_bytes("csv", write_bytes("csv", examples, options), options), examples);
}

TEST(Csv, WhatItCannotHoldNamesTheExampleAndTheField) {
  std::vector<Example> examples = {example("a", "x"), example("b", "")};
  examples[1].origin = {"from.jsonl", 2};
  Error error = error_of([&] { write_bytes("csv", examples); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_THAT(error.message(), HasSubstr("example 2"));
  EXPECT_EQ(error.where().field, "label");
  EXPECT_EQ(error.where().file, "from.jsonl");
  examples[1] = example("b", "y");
  examples[1].weight = 2;
  EXPECT_EQ(error_of([&] { write_bytes("csv", examples); }).where().field, "weight");
}

TEST(Csv, HoldsAMegabyteLine) {
  std::string text;
  while (text.size() < 1 << 20) text += "\xf0\x9f\x98\x80 \"x\",\n";
  const std::vector<Example> examples = {example(text, "x")};
  EXPECT_EQ(read_bytes("csv", write_bytes("csv", examples)), examples);
}

TEST(Csv, ReadsBanking77) {
  INKLING_SKIP_WITHOUT(real_data("banking77"));
  const Dataset train = read_dataset(real_data("banking77/train.csv"), {});
  const Dataset test = read_dataset(real_data("banking77/test.csv"), {});
  EXPECT_EQ(train.examples.size(), 10003);
  EXPECT_EQ(test.examples.size(), 3080);
  EXPECT_EQ(train.labels().size(), 77);
  EXPECT_EQ(train.labels().names(), test.labels().names());
}

}  // namespace
}  // namespace inkling
