// The head of matching networks: attention over the support.
#pragma once

#include "inkling/methods/heads.h"

namespace inkling::matching {

/// log p(k | x), p(k | x) = sum over the examples i of class k of softmax_i(scale cos(x, x_i)).
///
/// @param x        [E, U, H]
/// @param support  [E, S, H]
/// @param member   1 where example s is of class c: [E, S, C], each class with one example or more
/// @return         [E, U, C]
Tensor log_attention(const Tensor& x, const Tensor& support, const Tensor& member,
                     const Tensor& scale);

/// Over "head.support" [S, H] and "head.member" [S, C]; Adapted::scale is the attention's.
Tensor head(const Network& model, const Adapted& adapted, const Batch& batch,
            const Context& context);

}  // namespace inkling::matching
