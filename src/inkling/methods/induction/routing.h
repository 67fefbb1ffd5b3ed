// Dynamic routing from the examples of a class to its vector.
#pragma once

#include "inkling/tensor/tensor.h"

namespace inkling::induction {

/// |x|^2 / (1 + |x|^2) x / |x|: the direction kept, the length below one.
Tensor squash(const Tensor& x);

struct Routed {
  Tensor classes;       ///< c, [E, C, H]
  Tensor coefficients;  ///< d, [E, S, C]: over a class's examples they sum to 1, others have 0
};

/// From b = 0, in each iteration: d = softmax of b over the examples of a class, c = squash(sum of
/// d e), b = b + <e, c>.
///
/// @param examples  e, [E, S, H]
/// @param member    1 where example s is of class c: [E, S, C], each class with one example or more
/// Source: Geng et al. 2019, algorithm 1.
Routed route(const Tensor& examples, const Tensor& member, std::int64_t iterations);

}  // namespace inkling::induction
