// The nearest TF-IDF centroid: the baseline without learning that every few-shot result stands
// beside.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "inkling/text/token_table.h"

namespace inkling {

/// A TF-IDF vector of every text of a table, computed once; episodes pick from it.
///
/// Weight of id w in a text: count(w) * (log((1 + D) / (1 + df(w))) + 1), D and df from the
/// documents of the vocabulary alone; each vector has length 1. Unknown words and padding have no
/// weight: a text of them alone is all zeros.
class TfIdf {
 public:
  struct Entry {
    std::int32_t id;
    float weight;
    bool operator==(const Entry&) const = default;
  };

  /// @param table  of this vocabulary; neither is kept
  /// @throws Error internal, when the table has an id that the vocabulary lacks
  TfIdf(const Vocabulary& vocabulary, const TokenTable& table);

  std::int64_t size() const { return static_cast<std::int64_t>(offsets_.size()) - 1; }
  /// The vector of text i: ids rising, no zeros.
  std::span<const Entry> operator[](std::int64_t i) const;

 private:
  std::vector<Entry> entries_;
  std::vector<std::int64_t> offsets_{0};
};

/// Scores a text by the cosine to the mean of each class's support vectors.
class CentroidClassifier {
 public:
  /// @param vectors  must outlive the classifier
  /// @param support  texts of `vectors`
  /// @param classes  class of each support text, in [0, count)
  CentroidClassifier(const TfIdf& vectors, std::span<const std::int64_t> support,
                     std::span<const std::int32_t> classes, std::int32_t count);

  /// Cosines [count] of text `i`; 0 for a class without support, and all 0 where the text shares no
  /// word.
  std::vector<double> scores(std::int64_t i) const;

 private:
  const TfIdf& vectors_;
  std::size_t count_ = 0;
  std::vector<std::int32_t> ids_;  ///< of the support, rising
  std::vector<double> weights_;    ///< [ids, count], each class of length 1
};

}  // namespace inkling
