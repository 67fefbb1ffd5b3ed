#include "inkling/text/pair_text.h"

#include <gtest/gtest.h>

#include <vector>

#include "inkling/base/strings.h"

namespace inkling {
namespace {

const std::string kText = "the <e1> old bridge </e1> over <e2> it </e2> .";

std::string message_of(const std::string& text) {
  try {
    pair_marks(text, {"file", 7, "text"});
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_EQ(error.where().line, 7);
    EXPECT_NE(error.hint().find("<e2> river </e2>"), std::string::npos);
    return error.message();
  }
  return "";
}

TEST(PairText, MarksAreNoWordsAndSayWhereHeadAndTailStand) {
  EXPECT_EQ(pair_marks(kText, {}), (PairMarks{1, 3, 4, 5}));
  EXPECT_EQ(pair_marks("<e2> a </e2>\t<e1>  b </e1>", {}), (PairMarks{1, 2, 0, 1}));
  EXPECT_EQ(without_pair_marks(kText), "the old bridge over it .");
  EXPECT_EQ(without_pair_marks("no  mark </e1>"), "no  mark </e1>");
}

TEST(PairText, IsReadAsItWasWritten) {
  const std::vector<std::string> words = {"a", "b", "c", "d"};
  for (std::int32_t a = 0; a < 4; ++a) {
    for (std::int32_t b = a + 1; b <= 4; ++b) {
      for (std::int32_t c = 0; c < 4; ++c) {
        for (std::int32_t d = c + 1; d <= 4; ++d) {
          const PairMarks marks = {a, b, c, d};
          const std::string text = pair_text(words, marks);
          EXPECT_EQ(pair_marks(text, {}), marks) << text;
          EXPECT_EQ(without_pair_marks(text), "a b c d");
        }
      }
    }
  }
}

TEST(PairText, MarksThatAreMissingOrMeanNothingAreErrorsThatSayWhich) {
  EXPECT_EQ(message_of("a b"), "the text has no mark <e1>");
  EXPECT_EQ(message_of("<e1> a </e1> <e2> b"), "the text has no mark </e2>");
  EXPECT_EQ(message_of("<e1> a </e1> <e1> b </e1>"), "the mark <e1> stands in the text twice");
  EXPECT_EQ(message_of("<e1> </e1> <e2> b </e2>"), "the head <e1> holds no word");
  EXPECT_EQ(message_of("<e1> a </e1> </e2> b <e2>"), "the tail <e2> holds no word");
}

Vocabulary vocabulary_of(const std::string& split, std::string_view text) {
  TextOptions options;
  options.split = split;
  return Vocabulary::build(std::vector<std::string_view>{text}, options);
}

std::vector<std::string> words_of(const Vocabulary& vocabulary, std::string_view text) {
  std::vector<std::string> words;
  for (const std::int32_t id : vocabulary.encode(text)) words.push_back(vocabulary.word(id));
  return words;
}

TEST(PairText, SpacedTextsAreSplitAtSpacesAlone) {
  constexpr std::string_view kSpaced = "U.S.-based <br> #1 don\xe2\x80\x99t \xc2\xa0 <e1>";
  const Vocabulary vocabulary = vocabulary_of("spaces", kSpaced);
  EXPECT_EQ(words_of(vocabulary, kSpaced),
            (std::vector<std::string>{"u.s.-based", "<br>", "#1", "don't", "\xc2\xa0", "<e1>"}));
  EXPECT_EQ(Vocabulary::from_text(vocabulary.to_text(), "vocab.txt"), vocabulary);
}

TEST(PairText, TokensHaveTheirMarksBeside) {
  const Vocabulary vocabulary = vocabulary_of("pairs", kText);
  EXPECT_EQ(words_of(vocabulary, kText),
            (std::vector<std::string>{"the", "old", "bridge", "over", "it", "."}));
  EXPECT_EQ(Vocabulary::from_text(vocabulary.to_text(), "vocab.txt"), vocabulary);
  const std::vector<std::string_view> texts = {kText, "<e2> it </e2> <e1> the </e1>"};
  const TokenTable table = tokenise(texts, vocabulary);
  EXPECT_EQ(table.pairs, (std::vector<PairMarks>{{1, 3, 4, 5}, {1, 2, 0, 1}}));
  EXPECT_TRUE(tokenise(texts, vocabulary_of("spaces", kText)).pairs.empty());
  try {
    tokenise(std::vector<std::string_view>{kText, "it"}, vocabulary);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.where().line, 2);
  }
}

TEST(PairText, MarksOfATextThatIsCutStayInsideOfIt) {
  TextOptions options;
  options.split = "pairs";
  options.max_words_per_text = 2;
  const std::vector<std::string_view> texts = {kText};
  const TokenTable table = tokenise(texts, Vocabulary::build(texts, options));
  EXPECT_EQ(table.pairs[0], (PairMarks{1, 2, 2, 2}));
}

TEST(PairText, NGramsOfSpacedWordsAreRefused) {
  TextOptions options;
  options.split = "pairs";
  options.ngrams = 2;
  try {
    Vocabulary::build(std::vector<std::string_view>{kText}, options);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.where().field, "ngrams");
  }
}

}  // namespace
}  // namespace inkling
