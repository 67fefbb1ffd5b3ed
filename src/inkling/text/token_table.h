// Texts tokenised once, as arrays: an episode is a gather.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "inkling/text/vocabulary.h"

namespace inkling {

/// The head and the tail of a relation, as words [begin, end) of a text.
struct PairMarks {
  std::int32_t head_begin = 0;
  std::int32_t head_end = 0;
  std::int32_t tail_begin = 0;
  std::int32_t tail_end = 0;
  bool operator==(const PairMarks&) const = default;
};

/// Text i is ids[offsets[i] .. offsets[i + 1]), of which the first word_counts[i] are words and the
/// rest n-grams.
struct TokenTable {
  std::vector<std::int32_t> ids;
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> word_counts;
  std::vector<PairMarks> pairs;  ///< of each text where the vocabulary reads pairs; empty else

  std::int64_t size() const { return static_cast<std::int64_t>(offsets.size()) - 1; }
  std::span<const std::int32_t> operator[](std::int64_t i) const {
    const auto at = static_cast<std::size_t>(i);
    return std::span(ids).subspan(static_cast<std::size_t>(offsets[at]),
                                  static_cast<std::size_t>(offsets[at + 1] - offsets[at]));
  }
};

/// Tokenises on `threads` threads; the result does not depend on their number.
/// @throws Error data, naming the text by its number from 1, where the vocabulary reads pairs and
/// it does not mark one (text/pair_text.h)
TokenTable tokenise(std::span<const std::string_view> texts, const Vocabulary& vocabulary,
                    int threads = 1);

}  // namespace inkling
