// One outer step: the meta-gradient of a batch of records, and what it does to the meta parameters.
#pragma once

#include <cstdint>
#include <functional>

#include "inkling/optim/transform.h"
#include "inkling/train/learner.h"
#include "inkling/train/workers.h"

namespace inkling {

/// One record of a step's batch, made by the thread that computes it.
struct Shard {
  std::function<Record()> make;
  double weight =
      1;  ///< of each of its losses in the mean: how many units or episodes one stands for
};

struct MeanGradient {
  double loss = 0;  ///< weighted mean
  Gradients gradients;
};

/// The gradient of the weighted mean loss. Shards are computed by any thread and added in their
/// order: the same bits at any number of threads. A table's gradient stays row-sparse.
/// @param key  of the step's random choices
MeanGradient mean_gradient(const Learner& learner, const Params& meta,
                           std::span<const Shard> shards, Key key, Workers& workers);

/// Adam with clipping, decay and a schedule, as the options say.
class OuterOptimiser {
 public:
  OuterOptimiser(const TrainOptions& options, std::int64_t steps);

  TransformState init(const Params& trained) const { return transform_->init(trained); }

  /// Moves the parameters that have a gradient. With options.lazy_adam, rows without one keep their
  /// value and their moments; the others change in place: `params` and `state` must own their
  /// tensors.
  void step(Params& params, TransformState& state, const Gradients& gradients) const;

 private:
  TrainOptions options_;
  TransformPtr transform_;
};

/// The entries of `meta` that meta-training moves.
Params trained_part(const Learner& learner, const Params& meta);

}  // namespace inkling
