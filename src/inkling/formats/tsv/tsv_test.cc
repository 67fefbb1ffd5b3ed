#include "inkling/formats/tsv/tsv.h"

#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(Tsv, QuotesAreOrdinaryCharacters) {
  const auto examples = read_bytes("tsv", "text\tlabel\n\"bare\tpos\na \"b\"\tneg\r\n");
  EXPECT_THAT(texts_of(examples), ElementsAre("\"bare", "a \"b\""));
  EXPECT_EQ(examples[1].label, "neg");
}

TEST(Tsv, QuotesCountWhereAskedFor) {
  FormatOptions options;
  options.quote = "rfc4180";
  const std::vector<Example> examples = {example("a\tb\n\"c\"", "x")};
  const std::string bytes = write_bytes("tsv", examples, options);
  EXPECT_EQ(read_bytes("tsv", bytes, options), examples);
}

TEST(Tsv, WhatAnUnquotedCellCannotHoldNamesTheExample) {
  for (const std::string text : {"a\tb", "a\nb", "a\r"}) {
    const Error error =
        error_of([&] { write_bytes("tsv", {example("ok", "x"), example(text, "y")}); });
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_THAT(error.message(), HasSubstr("example 2: tsv cannot hold"));
    EXPECT_EQ(error.where().field, "text");
  }
  EXPECT_THAT(error_of([&] { write_bytes("tsv", {example("")}); }).message(),
              HasSubstr("an empty text alone in its row"));
}

TEST(Tsv, ACarriageReturnInsideATextStays) {
  const std::vector<Example> examples = {example("a\rb", "x\ry")};
  EXPECT_EQ(read_bytes("tsv", write_bytes("tsv", examples)), examples);
}

TEST(Tsv, AFileWithoutAHeaderNeedsItsColumns) {
  const Error error = error_of([] { read_bytes("tsv", "good film\tpos\n"); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_THAT(error.hint(), HasSubstr("--text-column"));
  EXPECT_EQ(error_of([] {
              FormatOptions options;
              options.header = "no";
              options.text_column = "text";
              read_bytes("tsv", "text\tlabel\n", options);
            }).hint(),
            "give --text-column a number, or use --header yes");
}

TEST(Tsv, ReadsImdb) {
  INKLING_SKIP_WITHOUT(real_data("imdb"));
  FormatOptions options;
  options.header = "no";
  options.label_column = "1";
  options.text_column = "4";
  for (const std::string split : {"train", "test"}) {
    const Dataset imdb = read_dataset(real_data("imdb/" + split + ".tsv.gz"), options);
    EXPECT_EQ(imdb.examples.size(), 25000);
    EXPECT_EQ(count_label(imdb.examples, "pos"), 12500);
    EXPECT_EQ(count_label(imdb.examples, "neg"), 12500);
    EXPECT_EQ(std::count_if(imdb.examples.begin(), imdb.examples.end(),
                            [](const Example& one) { return one.text.starts_with('"'); }),
              split == "train" ? 546 : 545);
    EXPECT_THAT(imdb.examples.front().metadata,
                ElementsAre(Pair("column2", testing::_), Pair("column3", "0")));
    EXPECT_EQ(imdb.examples.back().origin.line, 25000);
  }
}

}  // namespace
}  // namespace inkling
