// A recurrent layer over texts of any length, laid end to end.
#pragma once

#include "inkling/tensor/tensor.h"

namespace inkling {

/// The numbers of an LSTM that reads in both directions: the first axis is the direction, forward
/// and backward; gates are in the order input, forget, candidate, output.
struct LstmWeights {
  Tensor input;      ///< [2, K, 4 h]
  Tensor recurrent;  ///< [2, h, 4 h]
  Tensor gates;      ///< [2, 4 h], added
};

/// The states of both directions at every entry of every text, differentiable to any order.
///
///   i, f, o = sigmoid, g = tanh of (x W + state R + b);   cell = f cell + i g;   state = o
///   tanh(cell)
///
/// What a text costs does not depend on the others: nothing is padded.
/// @param x        [T, K]: text i is the rows offsets[i] .. offsets[i + 1]
/// @param offsets  int64 [texts + 1], rising from 0 to T
/// @return         [T, 2 h]
/// Source: Hochreiter, Schmidhuber 1997, with the forget gate of Gers et al. 2000.
Tensor bidirectional_lstm(const Tensor& x, const Tensor& offsets, const LstmWeights& weights);

/// The same by operators, a position at a time: for other devices and for derivatives of
/// derivatives.
Tensor bidirectional_lstm_by_operators(const Tensor& x, const Tensor& offsets,
                                       const LstmWeights& weights);

}  // namespace inkling
