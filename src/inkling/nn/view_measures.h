// How good a space of features is for telling texts apart, without labels.
#pragma once

#include "inkling/tensor/tensor.h"

namespace inkling {

/// How near two readings of one text are, mean |a_i - b_i|^2 of features brought to length 1: from
/// 0, where they are the same, to 4. Features of length 0 stay so.
///
/// @param a, b  [U, H]
/// @return      [U], of each text
/// Source: Wang, Isola 2020, section 4.1, alpha = 2.
Tensor alignments(const Tensor& a, const Tensor& b);

/// How near texts lie to each other, exp(-2 |x_i - x_j|^2) of each two, features brought to length
/// 1. The logarithm of the mean is the uniformity: 0, where all are the same, and lower the more
/// evenly they are spread.
///
/// @param x  [U, H]
/// @return   [U (U - 1) / 2]
/// Source: Wang, Isola 2020, section 4.1, t = 2.
Tensor pair_potentials(const Tensor& x);

}  // namespace inkling
