// What metric methods share: which examples are of a class, points of classes, distances to them.
#pragma once

#include "inkling/nn/network.h"

namespace inkling {

/// The encoder's parameters alone: the head of a metric method is its own.
Params encoder_of(const Network& model, Key key);
/// The number type and device of `params`; float64 where there are none.
at::TensorOptions options_of(const Params& params);

/// 1 where example s is of class c, else 0. @param classes int64 [E, S] @return [E, S, C]
Tensor members(const Tensor& classes, std::int64_t count, at::ScalarType dtype);

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
