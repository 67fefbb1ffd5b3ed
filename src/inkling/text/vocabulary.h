// The words that are known, with what was counted of them in the meta-training texts alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "inkling/base/strings.h"
#include "inkling/text/text_options.h"

namespace inkling {

constexpr std::int32_t kPadding = 0;
constexpr std::int32_t kUnknown = 1;

/// Words and, where options.hashed(), n-grams of words and of characters, numbered from 0:
/// padding, unknown, words by falling count (ties by bytes), then options.buckets rows of n-grams.
class Vocabulary {
 public:
  /// Longer words are never known: a vocabulary holds none.
  static constexpr std::size_t kLongestWord = 256;

  /// Counts the words of `texts`, on `threads` threads; the result does not depend on their number.
  /// @param vector_words  words that are known whatever their count: those of pretrained vectors,
  ///                      which mean something to a model that has not been trained on them; at
  ///                      most options.vector_words
  static Vocabulary build(std::span<const std::string_view> texts, const TextOptions& options,
                          int threads = 1, std::span<const std::string> vector_words = {});

  /// vector_words is how many there were.
  const TextOptions& options() const { return options_; }
  /// Words, padding and unknown included.
  std::int64_t words() const { return static_cast<std::int64_t>(words_.size()); }
  /// Words and buckets: the number of rows that an embedding of these features has.
  std::int64_t rows() const;

  /// The id of a word; kUnknown where it is not known.
  std::int32_t id(std::string_view word) const;
  const std::string& word(std::int64_t id) const { return words_[static_cast<std::size_t>(id)]; }

  std::int64_t documents() const { return documents_; }
  /// Of each row: in how many texts it was seen, and how often in all. The unknown word's are those
  /// of all words that are not known; padding's are 0.
  std::span<const std::int64_t> document_counts() const { return document_counts_; }
  std::span<const std::int64_t> counts() const { return counts_; }

  /// The ids of a text's words in order, then those of its n-grams (n = 2, 3, ...) in order, then
  /// those of the character n-grams (n = 3 .. options.subwords) of each word between '<' and '>'
  /// (Bojanowski et al. 2017).
  ///
  /// The n-gram w1 ... wn has the row words() + h_n mod options.buckets, where h_0 = 0,
  /// h_k = mix(h_(k-1) xor fnv1a(w_k)), fnv1a is the 64-bit FNV-1a hash of the word's bytes, known
  /// or not, and mix the finaliser of SplitMix64. The characters c have the row words() +
  /// mix(fnv1a(c)) mod options.buckets.
  /// @param word_count  set to how many of them are words, where given
  std::vector<std::int32_t> encode(std::string_view text, std::int64_t* word_count = nullptr) const;

  /// The same, added to `ids`.
  /// @return  how many of the added ids are words
  std::int64_t encode_into(std::string_view text, std::vector<std::int32_t>& ids) const;

  /// vocab.txt: a header line of the options ("inkling-vocabulary 1", "documents=2", "words=10000",
  /// ..., tab-separated), then a line a row: word, count, documents, tab-separated; buckets as
  /// "#NUMBER" lines where they were seen. Padding and the unknown word stand first, as "<padding>"
  /// and "<unknown>".
  std::string to_text() const;
  /// Takes what to_text gives and nothing else: from_text(v.to_text()) == v.
  /// @throws Error data with file and line
  static Vocabulary from_text(std::string_view text, const std::string& file);

  bool operator==(const Vocabulary&) const = default;

 private:
  /// Padding, unknown, and `words` in their order.
  Vocabulary(TextOptions options, std::vector<std::string> words);
  void count(std::span<const std::string_view> texts, int threads);
  /// Adds the rows of the word's character n-grams.
  void add_subwords(std::string_view word, std::vector<std::int32_t>& ids) const;

  TextOptions options_;
  std::vector<std::string> words_;
  std::unordered_map<std::string, std::int32_t, StringHash, std::equal_to<>> ids_;
  std::vector<std::int64_t> document_counts_;
  std::vector<std::int64_t> counts_;
  std::int64_t documents_ = 0;
};

}  // namespace inkling
