// Weighted sums of table rows, and their transpose: linear in the table, so each is the other's
// derivative, to any order. Where the weights have a gradient they are differentiated too.
#pragma once

#include <utility>

#include "inkling/nn/batch.h"

namespace inkling {

/// out[e, u] = sum over the entries of text (e, u) of weight * table[id].
///
/// @param table  [R, D] shared, or [E, R, D] with a table an episode
/// @return       [E, U, D]; a text without entries gives zeros
Tensor bag(const Tensor& table, const Batch& batch);

/// The bags of two batches, whose gradient is written in one pass over the table.
std::pair<Tensor, Tensor> bags(const Tensor& table, const Batch& a, const Batch& b);

/// The transpose: out[e, id] += weight * x[e, u].
///
/// @param x     [E, U, D]
/// @param rows  R
/// @return      [E, R, D]
Tensor unbag(const Tensor& x, const Batch& batch, std::int64_t rows);

/// The same bags with one entry for each word of a text: its weights are added. What is read as
/// bags many times is read faster so.
Batch without_repeats(const Batch& batch);

/// Texts that are read as bags many times: their entries by text and by row, so that neither a bag
/// nor its transpose has to bring them into its order.
class TextMatrix {
 public:
  /// @param batch  of one episode, on the processor, weights without gradient
  /// @param rows   of the tables that it will read
  /// @param type   of their numbers
  TextMatrix(const Batch& batch, std::int64_t rows, at::ScalarType type);

  /// bag(table, batch) of a shared table [R, D], differentiable in it to any order.
  /// @return  [1, U, D]
  Tensor times(const Tensor& table) const;

 private:
  Words by_text_;
  Words by_row_;  ///< of row r the texts, as ids
};

/// <phi(a), phi(b)> of the texts' weighted word vectors phi.
///
/// @param rows  of the table that the ids of both mean
/// @return      [E, Ua, Ub], without gradient
Tensor overlap(const Batch& a, const Batch& b, std::int64_t rows);

}  // namespace inkling
