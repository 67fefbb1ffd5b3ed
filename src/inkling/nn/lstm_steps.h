// A recurrent layer a position at a time over all texts, by matrix products: for weights that are
// too many to stay in the cache while one text is read after the other.
#pragma once

#include <cstdint>

#include "inkling/nn/lstm.h"

namespace inkling {

/// Whether reading by steps is the faster way: it loads the weights once a position, and not once
/// an entry. It depends on the sizes alone.
bool lstm_pays_by_steps(const Tensor& x, const Tensor& offsets, const LstmWeights& weights);

/// Entries in the order in which they are read, longest texts first, so that those that are read
/// together stand together: of either direction [2, T, ...].
struct LstmCourse {
  Tensor places;    ///< int64 [2, T]: the entry that is read
  Tensor before;    ///< int64 [T - texts]: of those behind the first of a text, the place of what
                    ///< was read before
  Tensor entering;  ///< [2, T, K]
  Tensor gates;     ///< [2, T, 4 h]: input, forget, candidate, output
  Tensor cells;     ///< [2, T, h]
  Tensor states;    ///< [2, T, h]
};

/// @param course  filled with what the way back needs
/// @return        as bidirectional_lstm
Tensor lstm_forward_by_steps(const Tensor& x, const Tensor& offsets, const LstmWeights& weights,
                             LstmCourse& course);

/// The gradients of x and of the weights, from that of the states [T, 2 h].
struct LstmGradients {
  Tensor x;  ///< undefined where it is not asked for
  LstmWeights weights;
};
LstmGradients lstm_backward_by_steps(const Tensor& offsets, const LstmWeights& weights,
                                     const LstmCourse& course, const Tensor& towards, bool of_x);

}  // namespace inkling
