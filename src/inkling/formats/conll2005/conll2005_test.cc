#include "inkling/formats/conll2005/conll2005.h"

#include "inkling/data/structure.h"
#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr const char* kSentence =
    "# sent_id = web-1-2\n"
    "Ada\tNNP\t-\t-\t(ARG0*)\t(ARG1*\n"
    "gave\tVBD\tgive\tgive.01\t(V*\t*)\n"
    "up\tRP\t-\t-\t*)\t*\n"
    "writing\tVBG\twrite\twrite.01\t(ARG1*)\t(V*)\n\n";

TEST(Conll2005, ReadsPredicatesAndArguments) {
  const auto read = read_bytes("conll2005", kSentence);
  ASSERT_EQ(read.size(), 1);
  const Example& one = read[0];
  EXPECT_EQ(one.text, "Ada gave up writing");
  EXPECT_THAT(one.attributes, ElementsAre(Pair("genre", "web")));
  EXPECT_THAT(one.token_columns.at("lemma"), ElementsAre("-", "give", "-", "write"));
  ASSERT_EQ(one.frames.size(), 2);
  EXPECT_EQ(one.frames[0], (Frame{1, "give.01", {{0, 1, "ARG0"}, {1, 3, "V"}, {3, 4, "ARG1"}}}));
  EXPECT_EQ(one.frames[1], (Frame{3, "write.01", {{0, 2, "ARG1"}}}));
  EXPECT_EQ(write_bytes("conll2005", read), kSentence);
}

TEST(Conll2005, ReadsTheTasksOwnColumns) {
  FormatOptions options;
  options.columns = {"token", "lemma"};
  const std::string bytes = "Ada    -      (A0*)\nwrote  write  (V*)\n\nNo  -\n";
  const auto read = read_bytes("conll2005", bytes, options);
  ASSERT_EQ(read.size(), 2);
  EXPECT_THAT(read[0].frames, ElementsAre(Frame{1, "write", {{0, 1, "A0"}}}));
  EXPECT_TRUE(read[0].token_columns.empty());
  EXPECT_TRUE(read[1].frames.empty());
  EXPECT_EQ(read_bytes("conll2005", write_bytes("conll2005", read, options), options), read);
}

TEST(Conll2005, ASentenceWithoutLemmasOrTagsIsWritten) {
  auto read = read_bytes("conll2005", kSentence);
  read[0].token_columns.clear();
  EXPECT_THAT(write_bytes("conll2005", read), HasSubstr("up\t_\t_\t-\t*)\t*\n"));
  EXPECT_EQ(read_bytes("conll2005", write_bytes("conll2005", read)), read);
}

TEST(Conll2005, FaultsAreErrorsWithTheirLine) {
  struct Case {
    std::string bytes;
    std::int64_t line;
    std::string message;
  };
  for (const Case& fault : std::vector<Case>{
           {"a\tN\t-\t-\t(A0*\nb\tV\tb\tb.1\t(V*)\n", 1, "'(A0' is not closed"},
           {"a\tN\t-\t-\t*\nb\tV\tb\tb.1\t*)\n", 2, "closes what was not opened"},
           {"a\tN\t-\t-\tx\nb\tV\tb\tb.1\t(V*)\n", 1, "is not (LABEL*"},
           {"a\tN\t-\t-\t*\nb\tV\tb\t-\t*\n", 1, "0 predicates and 1 columns"},
           {"b\tV\tb\tb.1\n", 1, "1 predicates and 0 columns"},
           {"a\tN\t-\n", 1, "3 columns, not token, pos, lemma, sense"},
           {"b\tV\tb\tb.1\t(V*)\na\tN\t-\t-\n", 2, "4 columns, the sentence's first 5"},
           {"\tV\tb\tb.1\t(V*)\n", 1, "column 1 is empty"},
       }) {
    const Error error = error_of([&] { read_bytes("conll2005", fault.bytes); });
    EXPECT_EQ(error.kind(), ErrorKind::data) << fault.bytes;
    EXPECT_EQ(error.where().line, fault.line) << fault.bytes;
    EXPECT_THAT(error.message(), HasSubstr(fault.message)) << fault.bytes;
  }
  FormatOptions options;
  options.columns = {"word", "sense"};
  EXPECT_EQ(error_of([&] { read_bytes("conll2005", "a b\n", options); }).kind(), ErrorKind::usage);
}

TEST(Conll2005, WhatItCannotHoldNamesTheExample) {
  const Example ok = read_bytes("conll2005", kSentence)[0];
  const auto refused = [&](auto change) {
    Example wrong = ok;
    change(wrong);
    const Error error = error_of([&] { format_named("conll2005").write({"", {ok, wrong}}, {}); });
    EXPECT_THAT(error.message(), HasSubstr("example 2: conll2005 cannot hold"));
    return error.message() + error.hint();
  };
  EXPECT_THAT(refused([](Example& x) { x.frames[0].predicate = 4; }),
              HasSubstr("none of the tokens"));
  EXPECT_THAT(refused([](Example& x) { x.frames[1].predicate = 1; }), HasSubstr("two frames"));
  EXPECT_THAT(refused([](Example& x) { x.frames[0].arguments[0].end = 2; }), HasSubstr("cross"));
  EXPECT_THAT(refused([](Example& x) { x.frames[0].arguments[1] = {1, 2, "V"}; }),
              HasSubstr("understood"));
  EXPECT_THAT(refused([](Example& x) { x.attributes["genre"] = "news"; }), HasSubstr("genre"));
  EXPECT_THAT(refused([](Example& x) { x.frames[0].sense = "-"; }), HasSubstr("sense"));
  EXPECT_THAT(refused([](Example& x) { x.spans = {{0, 1, "x"}}; }), HasSubstr("spans"));
}

TEST(Conll2005, ReadsTheEnglishWebTreebank) {
  INKLING_SKIP_WITHOUT(real_data("srl-ewt"));
  const Dataset train = read_dataset(real_data("srl-ewt/train.conll.gz"), {});
  EXPECT_EQ(train.examples.size(), 12504);
  std::size_t frames = 0;
  std::map<std::string, int> arguments;
  std::map<std::string, int> genres;
  for (const Example& one : train.examples) {
    frames += one.frames.size();
    ++genres[one.attributes.at("genre")];
    for (const Frame& frame : one.frames) {
      for (const Span& argument : frame.arguments) ++arguments[argument.label];
    }
  }
  EXPECT_EQ(frames, 40418);
  EXPECT_EQ(arguments["ARG0"], 15244);
  EXPECT_EQ(arguments["ARG1"], 26885);
  EXPECT_EQ(arguments["V"], 665) << "verbs of several words, or beside the predicate";
  EXPECT_THAT(genres,
              ElementsAre(Pair("answers", 2616), Pair("email", 3762), Pair("newsgroup", 1830),
                          Pair("reviews", 2713), Pair("weblog", 1583)));
  EXPECT_TRUE(read_bytes("conll2005", write_bytes("conll2005", train.examples)) == train.examples);
  const Dataset dev = read_dataset(real_data("srl-ewt/dev.conll.gz"), {});
  EXPECT_EQ(dev.examples.size(), 1963);
}

}  // namespace
}  // namespace inkling
