// The head of relation networks: a small network over pairs of a class and a query.
#pragma once

#include "inkling/methods/heads.h"

namespace inkling::relation {

/// log r_k, r_k = sigmoid(w relu(W [c_k, x] + b) + b').
///
/// @param module   "head.class_weight", "head.query_weight" [H, M]: the halves of W; "head.bias"
/// [M];
///                 "head.output_weight" [M, 1], "head.output_bias" [1]
/// @param classes  [E, C, H]
/// @param x        [E, U, H]
/// @return         [E, U, C]
Tensor log_relations_of(const Params& module, const Tensor& classes, const Tensor& x);

/// With the class vectors "head.classes" [C, H].
Tensor head(const Network& model, const Adapted& adapted, const Batch& batch,
            const Context& context);

}  // namespace inkling::relation
