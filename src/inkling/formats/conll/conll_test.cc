#include "inkling/formats/conll/conll.h"

#include "inkling/base/strings.h"
#include "inkling/data/structure.h"
#include "inkling/formats/test_help.h"
#include "inkling/formats/token_text.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

Example sentence(const std::vector<std::string>& words, std::vector<Span> spans = {}) {
  Example made;
  set_words(made, words);
  made.spans = std::move(spans);
  return made;
}

FormatOptions with(const std::string& scheme, std::vector<std::string> columns = {}) {
  FormatOptions options;
  options.tag_scheme = scheme;
  options.columns = std::move(columns);
  return options;
}

TEST(Conll, ReadsTokensAndSpans) {
  const auto read = read_bytes("conll",
                               "# sent_id = 7\n# a note\nAda\tB-person\nLovelace\tI-person\n"
                               "wrote\tO\r\n\t\n\nLondon\tB-place\n");
  ASSERT_EQ(read.size(), 2);
  EXPECT_EQ(read[0].text, "Ada Lovelace wrote");
  EXPECT_THAT(read[0].spans, ElementsAre(Span{0, 2, "person"}));
  EXPECT_EQ(covered_text(read[0], read[0].spans[0]), "Ada Lovelace");
  EXPECT_THAT(read[0].metadata, ElementsAre(Pair("comment", "a note"), Pair("sent_id", "7")));
  EXPECT_EQ(read[0].origin.line, 3);
  EXPECT_EQ(read[1].origin.line, 8);
  EXPECT_THAT(read[1].spans, ElementsAre(Span{0, 1, "place"}));
  EXPECT_EQ(read_bytes("conll", write_bytes("conll", read)), read);
}

TEST(Conll, ColumnsBesideTokenAndTagAreTokenColumns) {
  const std::string bytes = "-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\n# NN  I-NP O\n";
  const auto unnamed = read_bytes("conll", bytes);
  ASSERT_EQ(unnamed.size(), 1);
  EXPECT_EQ(unnamed[0].text, "EU #");
  EXPECT_THAT(unnamed[0].token_columns, ElementsAre(Pair("column2", ElementsAre("NNP", "NN")),
                                                    Pair("column3", ElementsAre("B-NP", "I-NP"))));
  const auto options = with("auto", {"token", "pos", "tag", "ner"});
  const auto chunks = read_bytes("conll", bytes, options);
  EXPECT_THAT(chunks[0].spans, ElementsAre(Span{0, 2, "NP"}));
  EXPECT_THAT(chunks[0].token_columns.at("ner"), ElementsAre("B-ORG", "O"));
  EXPECT_EQ(write_bytes("conll", chunks, options), "EU\tNNP\tB-NP\tB-ORG\n#\tNN\tI-NP\tO\n\n");
  FormatOptions numbers;
  numbers.token_column = "2";
  numbers.tag_column = "4";
  EXPECT_EQ(read_bytes("conll", bytes, numbers)[1].text, "NNP NN");
  numbers.tag_column = "5";
  EXPECT_EQ(error_of([&] { read_bytes("conll", bytes, numbers); }).kind(), ErrorKind::usage);
}

TEST(Conll, WritesEachSchemeAndReadsItBack) {
  const std::vector<Example> examples = {sentence({"a", "b", "c"}, {{0, 2, "X"}, {2, 3, "Y"}}),
                                         sentence({"d"}), sentence({"#", "\xf0\x9f\x98\x80"})};
  for (const std::string scheme : {"auto", "bio", "iobes", "io"}) {
    for (const std::string separator : {"auto", "tab", "space"}) {
      FormatOptions options = with(scheme);
      options.separator = separator;
      EXPECT_EQ(read_bytes("conll", write_bytes("conll", examples, options), options), examples);
    }
  }
  EXPECT_EQ(write_bytes("conll", examples, with("iobes")),
            "a\tB-X\nb\tE-X\nc\tS-Y\n\nd\tO\n\n#\tO\n\xf0\x9f\x98\x80\tO\n\n");
}

TEST(Conll, TheOffsetsOfATextThatCameFromElsewhereStay) {
  Example made = example("Ada's \xf0\x9f\x98\x80zode");
  made.tokens = {{0, 3}, {3, 5}, {6, 10}, {10, 14}};
  made.spans = {{0, 1, "P"}};
  EXPECT_THAT(write_bytes("conll", {made}), HasSubstr("# text = Ada's \xf0\x9f\x98\x80zode\n"));
  Example lines = example("a\n b\r");
  lines.tokens = {{0, 1}, {3, 4}};
  const std::vector<Example> both = {made, lines};
  EXPECT_EQ(read_bytes("conll", write_bytes("conll", both)), both);
  lines.tokens = {{0, 1}};
  EXPECT_THAT(error_of([&] { write_bytes("conll", {lines}); }).message(),
              HasSubstr("more than its tokens"));
  EXPECT_THAT(error_of([] { read_bytes("conll", "# text = ab\na\tO\n"); }).message(),
              HasSubstr("do not make up the text"));
}

TEST(Conll, TheGroupIsAnAttribute) {
  FormatOptions options;
  options.group_column = "genre";
  const auto read = read_bytes("conll", "# genre = news\n# id = 1\na\tO\n", options);
  EXPECT_THAT(read[0].attributes, ElementsAre(Pair("genre", "news")));
  EXPECT_THAT(read[0].metadata, ElementsAre(Pair("id", "1")));
  EXPECT_EQ(read_bytes("conll", write_bytes("conll", read, options), options), read);
  EXPECT_THAT(error_of([&] { write_bytes("conll", read); }).hint(),
              HasSubstr("--group-column genre"));
}

TEST(Conll, ABrokenSequenceIsAnErrorOrRepaired) {
  const std::string bytes = "a\tO\nb\tI-X\nc\tI-X\n";
  const Error error = error_of([&] { read_bytes("conll", bytes); });
  EXPECT_EQ(error.where().line, 2);
  EXPECT_EQ(error.where().field, "tag");
  EXPECT_THAT(error.hint(), HasSubstr("--broken-tags repair"));
  FormatOptions repair;
  repair.broken_tags = "repair";
  EXPECT_THAT(read_bytes("conll", bytes, repair)[0].spans, ElementsAre(Span{1, 3, "X"}));
  EXPECT_EQ(error_of([&] { read_bytes("conll", "a\tX\n", with("bio")); }).where().field, "tag");
}

TEST(Conll, FaultsAreErrorsWithTheirLine) {
  struct Case {
    std::string bytes;
    std::int64_t line;
    std::string message;
  };
  for (const Case& fault : std::vector<Case>{
           {"a\tO\nb\n", 2, "1 columns, the first has 2"},
           {"a\tO\nb\tO\tO\n", 2, "3 columns"},
           {"a b\tO\n\tO\n", 2, "column 1 is empty"},
           {"a\tO\nb\t\n", 2, "column 2 is empty"},
           {"word\n", 1, "a token without a tag"},
           {"# k = a\n# k = b\na\tO\n", 2, "twice"},
       }) {
    const Error error = error_of([&] { read_bytes("conll", fault.bytes); });
    EXPECT_EQ(error.kind(), ErrorKind::data) << fault.bytes;
    EXPECT_EQ(error.where().line, fault.line) << fault.bytes;
    EXPECT_THAT(error.message(), HasSubstr(fault.message)) << fault.bytes;
  }
}

TEST(Conll, WhatItCannotHoldNamesTheExampleAndTheField) {
  Example overlap = sentence({"a", "b"}, {{0, 2, "X"}, {1, 2, "Y"}});
  Example column = sentence({"a"});
  column.token_columns["pos"] = {"N"};
  Example tab = sentence({"a\tb"});
  Example label = sentence({"a"});
  label.label = "x";
  Example outside = sentence({"a"}, {{0, 2, "X"}});
  for (const auto& [wrong, field] :
       std::vector<std::pair<Example, std::string>>{{overlap, "spans"},
                                                    {column, "pos"},
                                                    {tab, "column1"},
                                                    {label, "label"},
                                                    {outside, "spans"},
                                                    {example("a"), "tokens"},
                                                    {sentence({"-DOCSTART-"}), "tokens"}}) {
    const Error error =
        error_of([&] { format_named("conll").write({"", {sentence({"ok"}), wrong}}, {}); });
    EXPECT_THAT(error.message(), HasSubstr("example 2: conll cannot hold"));
    EXPECT_EQ(error.where().field, field) << error.what();
  }
}

TEST(Conll, ReadsASentenceOfTenThousandTokens) {
  std::string bytes;
  for (int i = 0; i < 10000; ++i) bytes += cat("w", i, i == 0 ? "\tB-X\n" : "\tI-X\n");
  const auto read = read_bytes("conll", bytes);
  EXPECT_EQ(read[0].tokens.size(), 10000);
  EXPECT_THAT(read[0].spans, ElementsAre(Span{0, 10000, "X"}));
}

TEST(Conll, IsRecognisedByItsTags) {
  const Format& conll = format_named("conll");
  EXPECT_GT(conll.recognise("x.txt", "a\tO\nb\tB-X\n"), 70);
  EXPECT_GT(conll.recognise("x.txt", "a O\nb B-X\n"), 70);
  EXPECT_GT(conll.recognise("x.conll", ""), 0);
  EXPECT_EQ(conll.recognise("x.tsv", "text\tlabel\na\tB-x\n"), 0);
}

struct RealFile {
  std::string path;
  std::size_t sentences;
  std::size_t tokens;
  std::size_t types;
  std::size_t spans;
};

TEST(Conll, ReadsTheFilesOfWnut17CrossNerAndMit) {
  for (const RealFile& file : std::vector<RealFile>{
           {"wnut17/wnut17train.conll", 3394, 62730, 6, 1975},
           {"wnut17/emerging.dev.conll", 1009, 15733, 6, 836},
           {"wnut17/emerging.test.annotated", 1287, 23394, 6, 1079},
           {"crossner/ai/train.txt", 100, 3782, 14, 532},
           {"crossner/literature/dev.txt", 400, 14503, 12, 2130},
           {"crossner/politics/test.txt", 651, 27585, 9, 4209},
           {"mit-ner/mit-movie_engtrain.bio.txt", 9775, 99491, 12, 21295},
           {"mit-ner/mit-movie_trivia10k13test.bio.txt", 1953, 39035, 12, 5686},
           {"mit-ner/mit-restaurant_train.txt", 7660, 70525, 8, 15363},
       }) {
    INKLING_SKIP_WITHOUT(real_data(file.path));
    const Dataset data = read_dataset(real_data(file.path), {});
    std::size_t tokens = 0;
    std::size_t spans = 0;
    std::map<std::string, int> types;
    for (const Example& one : data.examples) {
      tokens += one.tokens.size();
      spans += one.spans.size();
      for (const Span& span : one.spans) ++types[span.label];
    }
    EXPECT_EQ(data.examples.size(), file.sentences) << file.path;
    EXPECT_EQ(tokens, file.tokens) << file.path;
    EXPECT_EQ(types.size(), file.types) << file.path;
    EXPECT_EQ(spans, file.spans) << file.path;
    EXPECT_TRUE(read_bytes("conll", write_bytes("conll", data.examples)) == data.examples)
        << file.path;
  }
}

}  // namespace
}  // namespace inkling
