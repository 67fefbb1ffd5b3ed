// The head of induction networks: a neural tensor layer over pairs of a class and a query.
#pragma once

#include "inkling/methods/heads.h"

namespace inkling::induction {

/// log r_k, r_k = sigmoid(w relu(c_k M x) + b).
///
/// @param module   "head.tensor" M [slices, H, H], "head.output_weight" [slices, 1],
///                 "head.output_bias" [1]
/// @param classes  [E, C, H]
/// @param x        [E, U, H]
/// @return         [E, U, C]
Tensor log_relations_of(const Params& module, const Tensor& classes, const Tensor& x);

/// With the class vectors "head.classes" [C, H].
Tensor head(const Network& model, const Adapted& adapted, const Batch& batch,
            const Context& context);

}  // namespace inkling::induction
