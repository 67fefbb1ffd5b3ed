// The nearest TF-IDF centroid: the baseline without learning that every few-shot result stands beside.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "inkling/text/token_table.h"

namespace inkling {

/// TF-IDF vectors (idf from the vocabulary's documents alone: log((1 + D) / (1 + df)) + 1, L2-normalised), cosine to the mean of
/// each class's support vectors.
class CentroidClassifier {
 public:
  /// @param classes  class of each support text, in [0, count)
  CentroidClassifier(const Vocabulary& vocabulary, const TokenTable& table, std::span<const std::int64_t> support,
                     std::span<const std::int32_t> classes, std::int32_t count);

  /// Cosines [count] of text `i` of the table.
  std::vector<double> scores(std::int64_t i) const;

 private:
  std::vector<std::pair<std::int32_t, float>> vector_of(std::int64_t i) const;

  const Vocabulary& vocabulary_;
  const TokenTable& table_;
  std::int32_t count_ = 0;
  std::vector<std::vector<std::pair<std::int32_t, float>>> centroids_;  ///< sorted by id
};

}  // namespace inkling
