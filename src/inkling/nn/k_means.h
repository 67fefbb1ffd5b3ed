// Clusters of points.
#pragma once

#include "inkling/base/rng.h"
#include "inkling/tensor/tensor.h"

namespace inkling {

struct Clusters {
  Tensor of;          ///< int64 [N]: each point's cluster
  Tensor centres;     ///< [K, D]
  double spread = 0;  ///< the mean squared distance of a point to its centre
};

/// k-means: begun with k-means++ (Arthur and Vassilvitskii 2007), then Lloyd's steps until no point
/// moves or `steps` are done. A cluster that lost its points begins anew at the point that is
/// farthest from its centre.
/// @param points  [N, D], on the processor
/// @throws Error usage where there are fewer points than clusters
Clusters k_means(const Tensor& points, std::int64_t clusters, Key key, std::int64_t steps = 100);

}  // namespace inkling
