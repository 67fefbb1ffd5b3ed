// Pretrained word vectors in one compact file, which opens by memory map in milliseconds.
//
// A safetensors file: `vectors` F32 or F16 [N, D] and the words in their original order, most
// frequent first, one after the other in `words` U8, word i at [offsets[i], offsets[i + 1]) with
// `offsets` I64 [N + 1]; `order` I32 [N] sorts them by their bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/base/safetensors.h"

namespace inkling {

class WordVectors {
 public:
  /// @throws Error io or data
  static WordVectors open(const std::filesystem::path& path);

  std::int64_t size() const { return size_; }
  std::int64_t dimensions() const { return dimensions_; }

  /// The index of a word, 0 for the most frequent, or -1.
  std::int64_t find(std::string_view word) const;
  std::string_view word(std::int64_t index) const;
  std::vector<float> row(std::int64_t index) const;
  /// Writes the vector of `index` to `out`, which has dimensions() places.
  void copy_row(std::int64_t index, std::span<float> out) const;

 private:
  void check() const;

  SafetensorsFile file_;
  std::int64_t size_ = 0;
  std::int64_t dimensions_ = 0;
  std::string_view words_;
  std::span<const std::int64_t> offsets_;
  std::span<const std::int32_t> order_;
  std::span<const float> singles_;  ///< [N * D], or empty where the file has half precision
  std::span<const std::uint16_t> halves_;
};

/// Words with their vectors while a file is made. Of a word that comes twice the first counts.
class WordVectorsBuilder {
 public:
  /// @param source  what is read, for messages
  explicit WordVectorsBuilder(std::string source) : source_(std::move(source)) {}

  /// The first vector decides the number of dimensions.
  /// @throws Error data for a vector of another length, a value that is not finite, or an empty
  /// word
  void add(std::string_view word, std::span<const float> vector, std::int64_t line = 0);
  std::int64_t size() const { return static_cast<std::int64_t>(offsets_.size()) - 1; }

  /// @param half  store half precision: half the size, about three digits
  /// @throws Error data where there are no words; io
  void write(const std::filesystem::path& path, bool half = false) const;

 private:
  /// The words' indices in the order of their bytes, equal words in their own.
  std::vector<std::int32_t> sorted() const;
  std::string_view word(std::int64_t index) const;

  std::string source_;
  std::string words_;
  std::vector<std::int64_t> offsets_{0};
  std::vector<float> vectors_;
  std::size_t dimensions_ = 0;
};

/// GloVe's text, `word v1 v2 ...` a line; a first line of two numbers (word2vec, fastText) is
/// skipped.
/// @throws Error data with file and line
WordVectorsBuilder read_vectors_text(const std::filesystem::path& path);

/// A lexicon: `word<TAB>score` a line, further columns are not read. A word's vector is its score.
/// @throws Error data with file and line
WordVectorsBuilder read_lexicon(const std::filesystem::path& path);

/// The JSON of wink-embeddings: {"words": [word, ...], "vectors": {word: [values..., norm, index],
/// ...}}, in one pass over the mapped file.
/// @throws Error data
WordVectorsBuilder read_vectors_wink(const std::filesystem::path& path);

}  // namespace inkling
