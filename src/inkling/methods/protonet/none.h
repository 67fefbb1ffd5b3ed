// The answer "none of the above" beside those of the classes.
#pragma once

#include "inkling/methods/protonet/options.h"
#include "inkling/nn/network.h"

namespace inkling::protonet {

/// What is fitted on validation episodes after training and added to the score of none, [].
inline constexpr const char* kNoneShift = "none.shift";

/// "none.shift", and what the score of none is made of: "none.vectors" [M, H], or
/// "none.threshold" [], the logarithm of a squared distance, or a cosine, and "none.relative" [],
/// the share of the mean score. Nothing where a query is always of a class.
/// @param features  H; M is options.none_vectors
Params init_none(const Options& options, std::int64_t features, Key key, at::TensorOptions type);

/// How many times the outer learning rate training moves what init_none() gave: a threshold begins
/// far from where it belongs, as the distances of an encoder have no size of their own.
inline constexpr double kNoneSpeed = 10;

/// `scores` with a last column for none of the above: `scale` times
///
/// threshold  -r^2, or a cosine: the score of a class at that distance
/// learned    the same plus a learned share of the mean score of the classes: what is far from all
///            of them tells more than how far it is from one
/// vectors    the nearness to the nearest of M points
///
/// plus the shift.
/// @param scores  [E, U, C], scale times the nearness to each class
/// @param x       features of the queries [E, U, H]
/// @return        [E, U, C + 1]
/// Source: Gao et al. 2019, FewRel 2.0 (the task); Sabo et al. 2021, section 5 (learned points).
Tensor with_none(const Options& options, const Params& meta, const Tensor& scores, const Tensor& x,
                 const Tensor& scale);

/// The loss of options.none == "threshold": that of the classes over the queries that have one, and
/// that of all answers for the threshold, whose gradient goes no further.
/// @param scores  of with_none()
/// @return        [E]
Tensor threshold_loss(const Network& model, const Tensor& scores, const Targets& targets,
                      const Context& context);

}  // namespace inkling::protonet
