#include "inkling/text/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <unicode/brkiter.h>
#include <unicode/uchar.h>

#include <memory>

#include "inkling/text/characters.h"

namespace inkling {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> words(std::string_view text) {
  return words_of(text, {});
}

TextOptions dropping() {
  TextOptions options;
  options.punctuation = "drop";
  return options;
}

TEST(Tokenizer, FoldsCaseUnlessTold) {
  EXPECT_THAT(words("Hello WORLD"), ElementsAre("hello", "world"));
  TextOptions options;
  options.lowercase = false;
  EXPECT_THAT(words_of("Hello WORLD ÄÖ", options), ElementsAre("Hello", "WORLD", "ÄÖ"));
  EXPECT_THAT(words("ÄPFEL Straße ΣΊΣΥΦΟΣ"), ElementsAre("äpfel", "strasse", "σίσυφοσ"));
}

TEST(Tokenizer, KeepsApostrophesInsideWords) {
  EXPECT_THAT(words("don't 'quoted' rock'n'roll"),
              ElementsAre("don't", "'", "quoted", "'", "rock'n'roll"));
  EXPECT_THAT(words("Don\u2019t \u2018so\u2019"), ElementsAre("don't", "\u2018", "so", "\u2019"));
}

TEST(Tokenizer, MarksAreWordsOrDropped) {
  EXPECT_THAT(words("Good (very)!?"), ElementsAre("good", "(", "very", ")", "!", "?"));
  EXPECT_THAT(words_of("Good (very)!? \u201cyes\u201d \u2026 5\u20ac", dropping()),
              ElementsAre("good", "very", "yes", "5"));
}

TEST(Tokenizer, NumbersKeepTheirPointsAndCommas) {
  EXPECT_THAT(words("3.5 of 1,000; 7/10, v2"),
              ElementsAre("3.5", "of", "1,000", ";", "7", "/", "10", ",", "v2"));
}

TEST(Tokenizer, AStopBetweenLettersEndsAWord) {
  EXPECT_THAT(words("end.Next e.g. a:b"),
              ElementsAre("end", ".", "next", "e", ".", "g", ".", "a", ":", "b"));
}

TEST(Tokenizer, UnderscoresJoinOnlyInside) {
  EXPECT_THAT(words("_so_ snake_case x_1 a__b"),
              ElementsAre("_", "so", "_", "snake_case", "x_1", "a", "_", "_", "b"));
}

TEST(Tokenizer, HtmlBreaksAreSpaces) {
  EXPECT_THAT(words("a<br>b<br/>c<br />d<BR\n>e</p>f<hr>g<br clear=\"all\">h"),
              ElementsAre("a", "b", "c", "d", "e", "f", "g", "h"));
  EXPECT_THAT(words("a<b>c"), ElementsAre("a", "<", "b", ">", "c"));
  EXPECT_THAT(words("a<brb>"), ElementsAre("a", "<", "brb", ">"));
  EXPECT_THAT(words("<br"), ElementsAre("<", "br"));
  EXPECT_THAT(words("<br<br>"), ElementsAre("<", "br"));
  EXPECT_THAT(words("<p"), ElementsAre("<", "p"));
  EXPECT_THAT(words("<"), ElementsAre("<"));
  EXPECT_THAT(words("é<br>"), ElementsAre("é"));
}

TEST(Tokenizer, NothingVisibleIsNoWords) {
  EXPECT_THAT(words(""), IsEmpty());
  EXPECT_THAT(words(" \r\n\t\v\f"), IsEmpty());
  EXPECT_THAT(words(std::string_view("\0\0", 2)), IsEmpty());
  EXPECT_THAT(words("\u00a0\u2003\u3000\ufeff\u200b\u200d\u00ad\ufe0f\u3164"), IsEmpty());
}

TEST(Tokenizer, LineEndsDoNotMatter) {
  EXPECT_EQ(words("one\r\ntwo"), words("one\ntwo"));
  EXPECT_EQ(words("one\u2028two"), words("one\ntwo"));
}

TEST(Tokenizer, EmojiStayWhole) {
  EXPECT_THAT(words("good😀😀"), ElementsAre("good", "😀", "😀"));
  EXPECT_THAT(words("👍🏽 👨‍👩‍👧 🇩🇪🇫🇷"),
              ElementsAre("👍🏽", "👨‍👩‍👧", "🇩🇪", "🇫🇷"));
  EXPECT_THAT(words_of("fun! 😀", dropping()), ElementsAre("fun", "😀"));
}

TEST(Tokenizer, AWordHasOneSpelling) {
  EXPECT_EQ(words("cafe\u0301"), words("CAFÉ"));
  EXPECT_EQ(words("co\u00adoperate"), words("cooperate"));
  EXPECT_EQ(words("\u2764\ufe0f"), words("\u2764"));
  EXPECT_THAT(words("\u0301x"), ElementsAre("\u0301", "x"));
}

TEST(Tokenizer, IdeographsAreWordsAndScriptsWithSpacesAreNot) {
  EXPECT_THAT(words("日本語テスト"), ElementsAre("日", "本", "語", "テスト"));
  EXPECT_THAT(words_of("我很好。", dropping()), ElementsAre("我", "很", "好"));
  EXPECT_THAT(words("Привет, мир"), ElementsAre("привет", ",", "мир"));
  EXPECT_THAT(words("한국어 안녕"), ElementsAre("한국어", "안녕"));
  EXPECT_THAT(words("हिन्दी में"), ElementsAre("हिन्दी", "में"));
  EXPECT_THAT(words("צה\"ל ג'"), ElementsAre("צה\"ל", "ג'"));
}

TEST(Tokenizer, InvalidUtf8IsASpace) {
  EXPECT_THAT(words("a\xff"
                    "b"),
              ElementsAre("a", "b"));
  EXPECT_THAT(words("a\xe2\x82"), ElementsAre("a"));
  EXPECT_THAT(words("\xed\xa0\x80x"), ElementsAre("x"));
  EXPECT_THAT(words("\xc0\xafx\xf8"), ElementsAre("x"));
}

TEST(Tokenizer, AsciiAndOtherCharactersFollowTheSameRules) {
  // What follows a word decides which path it takes, and must decide nothing else.
  for (const std::string text : {"don't", "3.5", "a_b", "A", "1,0", "x.y", "end."}) {
    std::vector<std::string> expected = words(text + " ");
    expected.emplace_back("…");
    EXPECT_EQ(words(text + "…"), expected);
  }
}

TEST(Tokenizer, ReadsNoMoreWordsThanTold) {
  TextOptions options;
  options.max_words_per_text = 2;
  EXPECT_THAT(words_of("a b c", options), ElementsAre("a", "b"));
  EXPECT_THAT(words_of("é è ê", options), ElementsAre("é", "è"));
}

TEST(Tokenizer, LongLinesTakeLinearTime) {
  const std::size_t size = 1 << 20;
  EXPECT_THAT(words(std::string(size, 'a')), ElementsAre(std::string(size, 'a')));
  TextOptions options;
  options.max_words_per_text = 1 << 24;
  EXPECT_EQ(words_of(std::string(size, '<'), options).size(), size);
  std::string marks = "a";
  for (std::size_t i = 0; i < size / 2; ++i) marks += "'\u0301";
  EXPECT_EQ(words_of(marks, options).size(), 1 + size / 2);
}

TEST(Tokenizer, TheAsciiTableAgreesWithIcu) {
  for (char32_t c = 0; c < 128; ++c) {
    EXPECT_EQ(classify(c).kind, kAsciiKinds[c]) << static_cast<int>(c);
    EXPECT_FALSE(classify(c).pictograph);
  }
}

/// Texts of characters that matter to the rules.
std::string random_text() {
  static const std::vector<std::string> kPieces = {
      "a",      "B",      "é",      "e\u0301", "ß",       "İ",      "1",      "٣",  "'",
      "\u2019", ".",      ",",      "_",       " ",       "\n",     "<br>",   "<",  ">",
      "-",      "😀",     "👍🏽",   "\u200d",  "❤\ufe0f", "🇩",      "語",     "カ", "か",
      "א",      "\"",     "·",      "\u0345",  "\u00ad",  "\xff",   "\u3164", "ﬁ",  "\u2126",
      "#",      "\u20e3", "\u0338", "=",       "ℹ",       "\u200c", "\u0600", ":",  "Ⓐ"};
  std::string text;
  for (const std::string& piece :
       *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(kPieces)))
    text += piece;
  return text;
}

TEST(Tokenizer, AWordIsItsOwnOnlyWord) {
  EXPECT_TRUE(rc::check([] {
    TextOptions options;
    options.lowercase = *rc::gen::arbitrary<bool>();
    if (*rc::gen::arbitrary<bool>()) options.punctuation = "drop";
    for (const std::string& word : words_of(random_text(), options))
      RC_ASSERT(words_of(word, options) == std::vector<std::string>{word});
  }));
}

/// The segments of ICU's own UAX 29 iterator that are not spaces.
std::vector<std::string> icu_words(const std::string& text) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> breaks(
      icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
  const icu::UnicodeString whole = icu::UnicodeString::fromUTF8(text);
  breaks->setText(whole);
  std::vector<std::string> found;
  for (std::int32_t begin = 0, end = breaks->next(); end != icu::BreakIterator::DONE;
       begin = end, end = breaks->next()) {
    if (u_isUWhiteSpace(whole.char32At(begin)) != 0) continue;
    std::string word;
    whole.tempSubStringBetween(begin, end).toUTF8String(word);
    found.push_back(word);
  }
  return found;
}

TEST(Tokenizer, BreaksWhereUax29Does) {
  // Without the characters that the tailoring, the dictionaries and the normal form are about.
  static const std::vector<std::string> kPieces = {
      "a", "b", "ж", "é",   "א",      "1",      "٣",  "'",    "\"",
      ",", ";", "·", " ",   "-",      "!",      "😀", "👍🏽", "👨‍👩‍👧",
      "🇩", "(", "7", "3.5", "\u05f4", "x\u0308"};
  TextOptions options;
  options.lowercase = false;
  EXPECT_TRUE(rc::check([&] {
    std::string text;
    for (const std::string& piece :
         *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(kPieces)))
      text += piece;
    std::vector<std::string> expected = icu_words(text);
    for (std::string& word : expected) {
      if (word.find("x\u0308") != std::string::npos) {
        for (std::size_t at; (at = word.find("x\u0308")) != std::string::npos;)
          word.replace(at, 3, "\u1e8d");
      }
    }
    RC_ASSERT(words_of(text, options) == expected);
  }));
}

}  // namespace
}  // namespace inkling
