// Texts as means of pretrained word vectors in which frequent words weigh little: a baseline
// without learning.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "inkling/data/joined_vectors.h"
#include "inkling/text/token_table.h"

namespace inkling {

/// A vector of every text of a table, of length 1, computed once; episodes pick from it:
///
///   sum_w a / (a + p(w)) v_w     over the words of the text that have a vector
///
/// p(w) is the word's share of what was counted in the vocabulary's texts, a is 0.001. A text
/// without such words is all zeros. The common direction is not taken out. Source: Arora et al.
/// 2017.
class SifVectors {
 public:
  /// @param table  of this vocabulary; nothing is kept
  SifVectors(const Vocabulary& vocabulary, const JoinedVectors& vectors, const TokenTable& table);

  std::int64_t dimensions() const { return dimensions_; }
  std::span<const float> operator[](std::int64_t i) const {
    return std::span(values_).subspan(static_cast<std::size_t>(i * dimensions_),
                                      static_cast<std::size_t>(dimensions_));
  }

 private:
  std::int64_t dimensions_;
  std::vector<float> values_;  ///< [texts, dimensions]
};

/// Scores a text by the cosine to the mean of each class's support vectors.
class SifCentroids {
 public:
  /// @param vectors  must outlive this
  /// @param support  texts of `vectors`
  /// @param classes  class of each support text, in [0, count)
  SifCentroids(const SifVectors& vectors, std::span<const std::int64_t> support,
               std::span<const std::int32_t> classes, std::int32_t count);

  /// Cosines [count] of text `i`; 0 for a class without support.
  std::vector<double> scores(std::int64_t i) const;

 private:
  const SifVectors& vectors_;
  std::size_t count_;
  std::vector<float> means_;  ///< [count, dimensions], each of length 1
};

}  // namespace inkling
