// The head of nearest neighbours.
#pragma once

#include "inkling/methods/heads.h"

namespace inkling::neighbours {

/// Of each class the highest of its examples' scores.
///
/// @param scores  of each query with each example: [E, U, S]
/// @param member  1 where example s is of class c: [E, S, C], each class with one example or more
/// @return        [E, U, C]
Tensor nearest_of_each(const Tensor& scores, const Tensor& member);

/// Over "head.support" [S, H] and "head.member" [S, C], by cosines where "head.cosine" [] is there
/// and else by distances; Adapted::scale is their factor.
Tensor head(const Network& model, const Adapted& adapted, const Batch& batch,
            const Context& context);

}  // namespace inkling::neighbours
