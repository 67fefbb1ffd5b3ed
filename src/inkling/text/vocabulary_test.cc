#include "inkling/text/vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <memory>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/text/token_table.h"

namespace inkling {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<std::string_view> kTexts = {"The cat. The dog.", "the end", "a dog"};

std::vector<std::string> all_words(const Vocabulary& vocabulary) {
  std::vector<std::string> words;
  for (std::int64_t id = 0; id < vocabulary.words(); ++id) words.push_back(vocabulary.word(id));
  return words;
}

TextOptions with_ngrams(std::int64_t ngrams, std::int64_t buckets) {
  TextOptions options;
  options.ngrams = ngrams;
  options.buckets = buckets;
  return options;
}

TEST(Vocabulary, NumbersWordsByFallingCountThenByBytes) {
  const Vocabulary vocabulary = Vocabulary::build(kTexts, {});
  EXPECT_THAT(all_words(vocabulary),
              ElementsAre("<padding>", "<unknown>", "the", ".", "dog", "a", "cat", "end"));
  EXPECT_EQ(vocabulary.id("dog"), 4);
  EXPECT_EQ(vocabulary.id("Dog"), kUnknown);
  EXPECT_EQ(vocabulary.id("<padding>"), kUnknown);
  EXPECT_EQ(vocabulary.rows(), 8);
}

TEST(Vocabulary, CountsWordsAndTheTextsTheyStandIn) {
  TextOptions options;
  options.words = 5;
  const Vocabulary vocabulary = Vocabulary::build(kTexts, options);
  EXPECT_EQ(vocabulary.documents(), 3);
  EXPECT_THAT(vocabulary.counts(), ElementsAre(0, 3, 3, 2, 2));
  EXPECT_THAT(vocabulary.document_counts(), ElementsAre(0, 3, 2, 1, 2));
}

TEST(Vocabulary, LeavesOutRareWords) {
  TextOptions options;
  options.min_count = 2;
  EXPECT_THAT(all_words(Vocabulary::build(kTexts, options)),
              ElementsAre("<padding>", "<unknown>", "the", ".", "dog"));
}

TEST(Vocabulary, WordsOfVectorsAreKnownThoughNoTextHasThem) {
  TextOptions options;
  options.min_count = 2;
  options.vector_words = 6;
  // "cat" is too rare to be known but for its vector; texts cannot have "New York" or "The".
  const std::vector<std::string> known = {"zebra", "cat", "the", "New York", "The", "ape", "late"};
  const Vocabulary vocabulary = Vocabulary::build(kTexts, options, 1, known);
  EXPECT_THAT(all_words(vocabulary),
              ElementsAre("<padding>", "<unknown>", "the", ".", "dog", "cat", "ape", "zebra"));
  EXPECT_EQ(vocabulary.counts()[5], 1);
  EXPECT_EQ(vocabulary.counts()[7], 0);
  EXPECT_TRUE(Vocabulary::from_text(vocabulary.to_text(), "vocab.txt") == vocabulary);
}

TEST(Vocabulary, EncodesUnknownWordsAsUnknown) {
  const Vocabulary vocabulary = Vocabulary::build(kTexts, {});
  std::int64_t words = 0;
  EXPECT_THAT(vocabulary.encode("The cow.", &words), ElementsAre(2, kUnknown, 3));
  EXPECT_EQ(words, 3);
  EXPECT_THAT(vocabulary.encode("", &words), ElementsAre());
  EXPECT_EQ(words, 0);
}

TEST(Vocabulary, HashesNgramsAfterTheWords) {
  const Vocabulary vocabulary = Vocabulary::build(kTexts, with_ngrams(3, 1000));
  EXPECT_EQ(vocabulary.rows(), 1008);
  std::int64_t words = 0;
  const auto ids = vocabulary.encode("the cat . x", &words);
  EXPECT_EQ(words, 4);
  ASSERT_EQ(ids.size(), 4U + 3 + 2);
  for (std::size_t i = 4; i < ids.size(); ++i) EXPECT_GE(ids[i], 8);
  // A run has its bucket wherever it stands, and order matters.
  EXPECT_EQ(vocabulary.encode("cat .")[2], ids[5]);
  EXPECT_NE(vocabulary.encode(". cat")[2], ids[5]);
  EXPECT_EQ(vocabulary.encode("cat . x")[5], ids[8]);
}

TEST(Vocabulary, HashesTheCharactersInsideWords) {
  TextOptions options;
  options.subwords = 4;
  options.buckets = 1000;
  const Vocabulary vocabulary = Vocabulary::build(kTexts, options);
  std::int64_t words = 0;
  // "<äb>" has 2 runs of three characters and 1 of four; the mark "." alone 1 of three.
  const auto ids = vocabulary.encode("\u00e4b .", &words);
  EXPECT_EQ(words, 2);
  ASSERT_EQ(ids.size(), 2U + 3U + 1U);
  for (std::size_t i = 2; i < ids.size(); ++i) EXPECT_GE(ids[i], vocabulary.words());
  EXPECT_NE(vocabulary.encode("dogs"), vocabulary.encode("cats"));
  // Words that share characters share rows: "dog" and "dogs" both have "<do" and "dog".
  const auto dog = vocabulary.encode("dog");
  const auto dogs = vocabulary.encode("dogs");
  EXPECT_EQ(
      std::count_if(dog.begin() + 1, dog.end(),
                    [&](std::int32_t id) { return std::ranges::find(dogs, id) != dogs.end(); }),
      3);  // "<do", "dog", "<dog"
  EXPECT_EQ(Vocabulary::from_text(vocabulary.to_text(), "vocab.txt"), vocabulary);
}

TEST(Vocabulary, TheHashOfAnNgramIsForever) {
  // Saved models depend on it: computed by the formula of the header, by hand, in Python.
  const Vocabulary vocabulary = Vocabulary::build({}, with_ngrams(2, 1 << 24));
  EXPECT_EQ(vocabulary.encode("not good")[2] - 2, 13073793);
}

TEST(Vocabulary, CountsNgramBuckets) {
  const Vocabulary vocabulary = Vocabulary::build(kTexts, with_ngrams(2, 1 << 20));
  const auto the_dog = static_cast<std::size_t>(vocabulary.encode("the dog")[2]);
  const auto a_dog = static_cast<std::size_t>(vocabulary.encode("a dog")[2]);
  EXPECT_EQ(vocabulary.counts()[the_dog], 1);
  EXPECT_EQ(vocabulary.document_counts()[a_dog], 1);
  EXPECT_EQ(vocabulary.counts()[static_cast<std::size_t>(vocabulary.encode("dog a")[2])], 0);
}

TEST(Vocabulary, ACopyStandsAlone) {
  auto first = std::make_unique<Vocabulary>(Vocabulary::build(kTexts, {}));
  const Vocabulary copy = *first;
  const Vocabulary moved = std::move(*first);
  first.reset();
  EXPECT_EQ(copy.id("cat"), 6);
  EXPECT_EQ(moved.id("cat"), 6);
  EXPECT_EQ(copy, moved);
}

TEST(Vocabulary, KnowsNoWordThatIsTooLong) {
  const std::string longest(Vocabulary::kLongestWord, 'a');
  const std::string longer = longest + "a";
  const std::vector<std::string_view> texts = {longest, longer};
  const Vocabulary vocabulary = Vocabulary::build(texts, {});
  EXPECT_EQ(vocabulary.words(), 3);
  EXPECT_EQ(vocabulary.id(longest), 2);
  EXPECT_EQ(vocabulary.counts()[kUnknown], 1);
}

/// Many texts of few words, so that pieces and threads matter.
std::vector<std::string> many_texts() {
  std::vector<std::string> texts;
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (int j = 0; j < i % 23; ++j) text += cat("w", i * j % 97, j % 5 == 0 ? "é " : ". ");
    texts.push_back(text);
  }
  return texts;
}

TEST(Vocabulary, IsTheSameOnAnyNumberOfThreads) {
  const std::vector<std::string> texts = many_texts();
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  TextOptions options = with_ngrams(2, 5000);
  options.words = 60;
  const Vocabulary one = Vocabulary::build(views, options, 1);
  EXPECT_EQ(one, Vocabulary::build(views, options, 3));
  EXPECT_EQ(one.to_text(), Vocabulary::build(views, options, 8).to_text());
  const TokenTable table = tokenise(views, one, 1);
  const TokenTable other = tokenise(views, one, 5);
  EXPECT_EQ(table.ids, other.ids);
  EXPECT_EQ(table.offsets, other.offsets);
  EXPECT_EQ(table.word_counts, other.word_counts);
}

TEST(TokenTable, HoldsWhatEncodeGives) {
  const std::vector<std::string> texts = many_texts();
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  const Vocabulary vocabulary = Vocabulary::build(views, with_ngrams(2, 100));
  const TokenTable table = tokenise(views, vocabulary);
  ASSERT_EQ(table.size(), 2000);
  for (std::int64_t i = 0; i < table.size(); ++i) {
    std::int64_t words = 0;
    const auto ids = vocabulary.encode(views[static_cast<std::size_t>(i)], &words);
    ASSERT_THAT(table[i], testing::ElementsAreArray(ids));
    ASSERT_EQ(table.word_counts[static_cast<std::size_t>(i)], words);
  }
  EXPECT_EQ(tokenise({}, vocabulary).size(), 0);
}

TEST(VocabularyText, ReadsBackToAnEqualVocabulary) {
  EXPECT_TRUE(rc::check([] {
    TextOptions options = with_ngrams(*rc::gen::inRange(1, 4), *rc::gen::inRange(1, 50));
    options.words = *rc::gen::inRange(3, 20);
    options.min_count = *rc::gen::inRange(1, 3);
    options.lowercase = *rc::gen::arbitrary<bool>();
    options.punctuation = *rc::gen::element<std::string>("keep", "drop");
    options.max_words_per_text = *rc::gen::inRange(1, 30);
    const auto texts = *rc::gen::container<std::vector<std::string>>(
        rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab #1.'\t\n\xc3\xa9<A"))));
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    const Vocabulary vocabulary = Vocabulary::build(views, options);
    RC_ASSERT(Vocabulary::from_text(vocabulary.to_text(), "v") == vocabulary);
  }));
}

/// The text form of kTexts with bigrams.
std::string good_text() {
  return Vocabulary::build(kTexts, with_ngrams(2, 50)).to_text();
}

/// The message of the Error of kind data that reading gives.
std::string fault(const std::string& text) {
  try {
    Vocabulary::from_text(text, "vocab.txt");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    return error.what();
  }
  return "";
}

std::string replaced(const std::string& from, const std::string& to) {
  std::string text = good_text();
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(VocabularyText, IsWhatTheHeaderSays) {
  EXPECT_THAT(Vocabulary::build(kTexts, {}).to_text(),
              "inkling-vocabulary 1\tdocuments=3\twords=10000\tmin-count=1\tlowercase=true\t"
              "punctuation=keep\tmax-words-per-text=100000\tngrams=1\tsubwords=0\tbuckets=200000\t"
              "vector-words=0\n"
              "<padding>\t0\t0\n<unknown>\t0\t0\nthe\t3\t2\n.\t2\t1\ndog\t2\t2\na\t1\t1\n"
              "cat\t1\t1\nend\t1\t1\n");
}

TEST(VocabularyText, ACutOffFileIsAnError) {
  const std::string whole = good_text();
  const std::size_t header = whole.find('\n');
  const std::size_t second = whole.find('\n', whole.find("<unknown>"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // What ends with a whole row below the first two is a smaller vocabulary.
    if (size > second && whole[size - 1] == '\n') continue;
    EXPECT_NE(fault(whole.substr(0, size)), "") << size;
  }
  EXPECT_LT(header, second);
}

TEST(VocabularyText, NamesTheLineAndWhatIsWrong) {
  EXPECT_EQ(fault(good_text()), "");
  EXPECT_THAT(fault(replaced("vocabulary 1", "vocabulary 2")), HasSubstr("vocab.txt:1: "));
  EXPECT_THAT(fault(replaced("words=10000", "words=2")), HasSubstr("vocab.txt:1 (words)"));
  EXPECT_THAT(fault(replaced("words=10000", "words=010000")), HasSubstr("vocab.txt:1 (words)"));
  EXPECT_THAT(fault(replaced("words=10000", "words=5")), HasSubstr("more words"));
  EXPECT_THAT(fault(replaced("=keep", "=kept")), HasSubstr("vocab.txt:1 (punctuation)"));
  EXPECT_THAT(fault(replaced("=true", "=yes")), HasSubstr("vocab.txt:1 (lowercase)"));
  EXPECT_THAT(fault(replaced("buckets=50", "buckets=-50")), HasSubstr("vocab.txt:1 (buckets)"));
  EXPECT_THAT(fault(replaced("buckets=50", "buckets=1")), HasSubstr("no such bucket"));
  EXPECT_THAT(fault(replaced("min-count=1", "min-count=2")), HasSubstr("min-count"));
  EXPECT_THAT(fault(replaced("\nthe\t3", "\nthe\t2")),
              HasSubstr("vocab.txt:5: words out of order"));
  EXPECT_THAT(fault(replaced("\ndog\t", "\nthe\t")),
              HasSubstr("vocab.txt:6 (word): 'the' is there twice"));
  EXPECT_THAT(fault(replaced("\ndog\t", "\n.\t")),
              HasSubstr("vocab.txt:6 (word): '.' is there twice"));
  EXPECT_THAT(fault(replaced("\nthe\t3\t2", "\nthe\t3\t4")), HasSubstr("vocab.txt:4: "));
  EXPECT_THAT(fault(replaced("\nthe\t3", "\nt\xffhe\t3")),
              HasSubstr("vocab.txt:4 (word): not a word"));
  EXPECT_THAT(fault(replaced("\nthe\t3", "\nthe\tx")), HasSubstr("vocab.txt:4 (count)"));
  EXPECT_THAT(fault(replaced("\nthe\t3\t2", "\nthe\t3")), HasSubstr("vocab.txt:4: "));
  EXPECT_THAT(fault(replaced("<padding>\t0\t0", "<padding>\t1\t1")),
              HasSubstr("vocab.txt:2 (count)"));
  EXPECT_THAT(fault(replaced("<unknown>", "<unk>")), HasSubstr("expected <unknown>"));
  EXPECT_THAT(fault(good_text() + "zebra\t1\t1\n"), HasSubstr("a word after the buckets"));
}

}  // namespace
}  // namespace inkling
