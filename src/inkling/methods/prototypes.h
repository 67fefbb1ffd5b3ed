// What metric methods share: points of classes, and distances to them.
#pragma once

#include "inkling/nn/network.h"

namespace inkling {

/// The mean of each class's features.
///
/// @param features  [E, S, H]
/// @param classes   int64 [E, S]
/// @return          [E, C, H]; zeros for a class without support
Tensor class_means(const Tensor& features, const Tensor& classes, std::int64_t count);

/// -|x - c|^2. @param x [E, Q, H] @param points [E, C, H] @return [E, Q, C]
Tensor euclidean_scores(const Tensor& x, const Tensor& points);

/// <x, c> / (|x| |c|); 0 where either is zero.
Tensor cosine_scores(const Tensor& x, const Tensor& points);

}  // namespace inkling
