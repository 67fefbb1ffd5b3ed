// The loss of telling each unit's second view from those of the others.
#pragma once

#include "inkling/tensor/tensor.h"

namespace inkling::contrastive {

/// Of each unit i, -log(exp(cos(a_i, b_i) / T) / sum_j exp(cos(a_i, b_j) / T)), and the mean over
/// an episode's units. A view of length 0 has cosine 0 with all.
///
/// @param a, b         two views of the same units, [E, U, H]
/// @param temperature  T > 0, a number
/// @return             [E]; 0 where U = 1
/// Source: Gao et al. 2021, eq. 1 and 4.
Tensor info_nce(const Tensor& a, const Tensor& b, const Tensor& temperature);

}  // namespace inkling::contrastive
