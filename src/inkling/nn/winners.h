// Max-pooling after a linear layer, by the windows that win: where a filter's strongest answer
// alone counts, its gradient goes through one window a filter and unit.
#pragma once

#include "inkling/tensor/tensor.h"

namespace inkling {

/// The strongest of each filter's answers to a unit's windows: max over l of <x_l, w_f>. The
/// answers of all windows are computed without a graph; value and derivatives, of any order, are
/// those of the winning windows: U * F products instead of U * L * F.
///
/// @param x        windows [E, U, L, K]
/// @param weight   [K, F] shared, or [E, K, F]
/// @param lengths  int64 [E, U]: the windows of each unit that count; of one without any the first
///                 does
/// @return         [E, U, F]
Tensor strongest_answers(const Tensor& x, const Tensor& weight, const Tensor& lengths);

/// The same of pieces of a unit's windows, piece by piece: what a filter answers strongest between
/// two borders. A piece without a window gives zeros.
///
/// @param borders  int64 [P + 1, E, U], rising: piece p is the windows borders[p] .. borders[p + 1]
/// @return         [E, U, P * F]
Tensor strongest_answers_of_pieces(const Tensor& x, const Tensor& weight, const Tensor& borders);

}  // namespace inkling
