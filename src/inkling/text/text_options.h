// How text becomes words, and which of them are known.
#pragma once

#include <cstdint>
#include <string>

#include "inkling/config/fields.h"

namespace inkling {

/// [text]
struct TextOptions {
  std::int64_t words = 10000;
  std::int64_t min_count = 1;
  bool lowercase = true;
  std::string punctuation = "keep";
  std::int64_t max_words_per_text = 100000;
  std::int64_t ngrams = 1;
  std::int64_t subwords = 0;
  std::int64_t buckets = 200000;
  std::int64_t vector_words = 100000;
  std::string split = "words";

  template <class Visitor>
  void fields(Visitor& field) {
    field("words", words, "size of the vocabulary, padding and the unknown word included",
          between(3, 1 << 28));
    field("min-count", min_count, "leave out words rarer than this", between(1, 1 << 30));
    field("lowercase", lowercase, "fold case before looking words up");
    field("punctuation", punctuation, "whether marks are words", one_of({"keep", "drop"}));
    field("max-words-per-text", max_words_per_text, "read no more words of one text",
          between(1, 1 << 24));
    field("ngrams", ngrams, "longest run of words hashed into features of its own; 1: words alone",
          between(1, 8));
    field("subwords", subwords,
          "longest run of characters inside a word hashed into features, from 3; 0: none",
          between(0, 8));
    field("buckets", buckets, "hash buckets of the n-grams of words and of characters",
          between(1, 1 << 24));
    field("vector-words", vector_words,
          "most frequent words of pretrained vectors that are known though no text has them",
          between(0, 1 << 24));
    field(
        "split", split,
        "words: a text is split as Unicode says; spaces: it is tokenised already, its words stand "
        "between spaces; pairs: likewise, and it marks a head and a tail, as task relations has it",
        one_of({"words", "spaces", "pairs"}));
  }

  /// Whether texts have features beside their words.
  bool hashed() const { return ngrams > 1 || subwords > 2; }

  bool operator==(const TextOptions&) const = default;
};

}  // namespace inkling
