#include "inkling/data/masked_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/text/tokenizer.h"

namespace inkling {
namespace {

/// 60 texts of two sentences: an animal and a colour each, and words that are everywhere.
std::vector<std::string> texts() {
  const std::vector<std::string> animals = {"Heron", "otter", "badger", "lynx", "marten", "stoat"};
  const std::vector<std::string> colours = {"red", "green", "blue", "ochre"};
  std::vector<std::string> made;
  for (std::size_t i = 0; i < 60; ++i) {
    made.push_back(cat("The ", animals[i % 6], " of number ", i, " saw another ", animals[i % 6],
                       " there. All of ", i, " was as ", colours[i % 4], " as can be!"));
  }
  return made;
}

// Of so few sentences the bound is that of `least`: 40.
constexpr MaskedWords kWanted = {.words = 100, .texts = 100, .least = 10};

TEST(Oracle, MaskedWords) {
  const Dataset made = masked_words(texts(), {}, kWanted, Key{1});
  ASSERT_FALSE(made.examples.empty());
  for (const Example& example : made.examples) {
    const auto words = words_of(example.text, {});
    EXPECT_THAT(words, testing::Contains(kMask));
    EXPECT_THAT(words, testing::Not(testing::Contains(*example.label))) << example.text;
  }
}

TEST(MaskedWords, AWordIsMaskedWhereverItStands) {
  for (const Example& example : masked_words(texts(), {}, kWanted, Key{1}).examples) {
    if (*example.label != "heron") continue;
    EXPECT_THAT(example.text, testing::StartsWith(cat("the ", kMask, " of number ")));
    EXPECT_THAT(example.text, testing::EndsWith(cat("saw another ", kMask, " there .")));
  }
}

TEST(MaskedWords, ClassesAreWordsThatStandInEnoughSentencesAndNotEverywhere) {
  std::map<std::string, int> counts;
  for (const Example& example : masked_words(texts(), {}, kWanted, Key{1}).examples) {
    ++counts[*example.label];
  }
  EXPECT_EQ(counts, (std::map<std::string, int>{{"heron", 10},
                                                {"otter", 10},
                                                {"badger", 10},
                                                {"lynx", 10},
                                                {"marten", 10},
                                                {"stoat", 10},
                                                {"red", 15},
                                                {"green", 15},
                                                {"blue", 15},
                                                {"ochre", 15}}));
}

TEST(MaskedWords, ASentenceGivesOneExample) {
  std::vector<std::string> twice = texts();
  for (const std::string& text : texts()) twice.push_back(text);
  const Dataset once = masked_words(texts(), {}, kWanted, Key{1});
  EXPECT_EQ(masked_words(twice, {}, kWanted, Key{1}).examples, once.examples);
  std::set<std::string> seen;
  for (const Example& example : once.examples) seen.insert(example.text);
  EXPECT_EQ(once.examples.size(), 120);
  EXPECT_EQ(seen.size(), 120);
}

TEST(MaskedWords, TheKeyDecidesWhichWords) {
  MaskedWords two = kWanted;
  two.words = 2;
  std::set<std::set<std::string>> drawn;
  for (std::uint64_t key = 0; key < 8; ++key) {
    std::set<std::string> labels;
    for (const Example& example : masked_words(texts(), {}, two, Key{key}).examples) {
      labels.insert(*example.label);
    }
    EXPECT_EQ(labels.size(), 2);
    drawn.insert(labels);
  }
  EXPECT_GT(drawn.size(), 1);
  EXPECT_EQ(masked_words(texts(), {}, two, Key{3}).examples,
            masked_words(texts(), {}, two, Key{3}).examples);
}

TEST(MaskedWords, FewTextsAreRefused) {
  const std::vector<std::string> one = {"A single sentence of some words."};
  try {
    masked_words(one, {}, {}, Key{});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_THAT(error.message(), testing::HasSubstr("1 sentences"));
  }
}

}  // namespace
}  // namespace inkling
