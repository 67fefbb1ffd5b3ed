#include "inkling/formats/arsc/arsc.h"

#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(Arsc, ReadsTextsAndSigns) {
  const auto examples = read_bytes("arsc", "good\t1\r\nbad\tvery\t-1\n\nfine\t+1");
  EXPECT_EQ(examples, (std::vector{example("good", "positive"), example("bad\tvery", "negative"),
                                   example("fine", "positive")}));
  EXPECT_EQ(examples[2].origin.line, 4);
}

TEST(Arsc, TheFileNameGivesDomainThresholdAndSplit) {
  const auto examples = read_bytes("arsc", "a/b/toys_games.t2.dev.gz", "good\t1\n");
  EXPECT_THAT(examples[0].attributes, ElementsAre(Pair("domain", "toys_games"),
                                                  Pair("split", "dev"), Pair("threshold", "t2")));
}

TEST(Arsc, IsRecognisedByItsFileName) {
  const Format& arsc = format_named("arsc");
  EXPECT_GT(arsc.recognise("books.t2.train", "x"), 0);
  EXPECT_GT(arsc.recognise("a.b.t4.test.gz", "x"), 0);
  for (const char* name : {"books.train", "books.2.train", "books.t2.all", ".t2.train", "t2.train"})
    EXPECT_EQ(arsc.recognise(name, "x"), 0) << name;
}

TEST(Arsc, AnotherLabelIsAnErrorWithItsLine) {
  Error error = error_of([] { read_bytes("arsc", "a\t1\nb\t0\n"); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_EQ(error.where().line, 2);
  EXPECT_THAT(error.message(), HasSubstr("'0'"));
  EXPECT_THAT(error_of([] { read_bytes("arsc", "a 1\n"); }).message(), HasSubstr("no tab"));
}

TEST(Arsc, WritesAFileForEachDomainThresholdAndSplit) {
  std::vector<Example> examples = {example("a\tb", "positive"), example("c", "negative"),
                                   example("d", "positive")};
  examples[0].attributes = {{"domain", "dvd"}, {"threshold", "t4"}, {"split", "test"}};
  examples[1].attributes = {{"domain", "books"}, {"threshold", "t2"}, {"split", "train"}};
  examples[2].attributes = examples[0].attributes;
  const auto files = format_named("arsc").write({"", examples}, {});
  ASSERT_EQ(files.size(), 2);
  EXPECT_EQ(files[0].path, "books.t2.train");
  EXPECT_EQ(files[1].path, "dvd.t4.test");
  EXPECT_EQ(files[1].bytes, "a\tb\t1\nd\t1\n");
}

TEST(Arsc, WhatItCannotHoldNamesTheExampleAndTheField) {
  const Error error =
      error_of([] { write_bytes("arsc", {example("a", "positive"), example("b", "1")}); });
  EXPECT_THAT(error.message(), HasSubstr("example 2: arsc cannot hold the label '1'"));
  EXPECT_EQ(error.where().field, "label");
  Example outside = example("a", "positive");
  outside.attributes = {{"domain", "../x"}, {"threshold", "t2"}, {"split", "train"}};
  EXPECT_EQ(error_of([&] { write_bytes("arsc", {outside}); }).where().field, "domain");
  EXPECT_EQ(error_of([] { write_bytes("arsc", {example("a\nb", "positive")}); }).where().field,
            "text");
}

TEST(Arsc, ReadsTheWholeFolder) {
  INKLING_SKIP_WITHOUT(real_data("arsc"));
  const Dataset arsc = read_dataset(real_data("arsc"), {});
  EXPECT_EQ(arsc.examples.size(), 94330);
  EXPECT_EQ(count_label(arsc.examples, "positive"), 72528);
  EXPECT_EQ(count_label(arsc.examples, "negative"), 21802);
  const Dataset books = read_dataset(real_data("arsc/books.t2.train.gz"), {});
  EXPECT_EQ(books.examples.size(), 10);
  EXPECT_EQ(count_label(books.examples, "positive"), 5);
  EXPECT_EQ(count_attribute(books.examples, "domain", "books"), 10);
}

}  // namespace
}  // namespace inkling
