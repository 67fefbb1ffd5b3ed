#include "inkling/formats/fasttext/fasttext.h"

#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::HasSubstr;

TEST(FastText, ReadsALabelAndATextALine) {
  const auto examples = read_bytes(
      "fasttext", "__label__pos good, \"really\"\r\n__label__a-b\ttab\nno label\n\n__label__x\n");
  EXPECT_EQ(examples, (std::vector{example("good, \"really\"", "pos"), example("tab", "a-b"),
                                   example("no label"), example("", "x")}));
  EXPECT_EQ(examples[3].origin.line, 5);
}

TEST(FastText, SpaceAroundATextSurvives) {
  const std::vector<Example> examples = {example("  a \t", "x"), example(" b"), example("", "y"),
                                         example("a __label__b", "\xf0\x9f\x98\x80")};
  EXPECT_EQ(read_bytes("fasttext", write_bytes("fasttext", examples)), examples);
}

TEST(FastText, ASecondLabelIsAnErrorWithItsLine) {
  const Error error =
      error_of([] { read_bytes("fasttext", "__label__a x\n__label__a __label__b x\n"); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_EQ(error.where().line, 2);
  EXPECT_EQ(error_of([] { read_bytes("fasttext", "__label__ x\n"); }).where().line, 1);
  EXPECT_EQ(error_of([] { read_bytes("fasttext", "__label__"); }).where().line, 1);
}

TEST(FastText, WhatItCannotHoldNamesTheExampleAndTheField) {
  Example noted = example("a", "x");
  noted.metadata["id"] = "7";
  const std::vector<std::pair<Example, std::string>> cases = {{example("a\nb", "x"), "text"},
                                                              {example("a\r", "x"), "text"},
                                                              {example("__label__b", "x"), "text"},
                                                              {example(""), "text"},
                                                              {example("a", "x y"), "label"},
                                                              {example("a", ""), "label"},
                                                              {noted, "id"}};
  for (const auto& [wrong, field] : cases) {
    const Error error = error_of([&] { write_bytes("fasttext", {example("ok", "x"), wrong}); });
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_THAT(error.message(), HasSubstr("example 2: fasttext cannot hold"));
    EXPECT_EQ(error.where().field, field);
  }
}

TEST(FastText, IsRecognisedByItsFirstLabel) {
  EXPECT_GT(format_named("fasttext").recognise("x.txt", "__label__a b"), 0);
  EXPECT_EQ(format_named("fasttext").recognise("x.txt", "a __label__b"), 0);
}

}  // namespace
}  // namespace inkling
