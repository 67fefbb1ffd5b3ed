// One outer step: the meta-gradient of a batch of records, and what it does to the meta parameters.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "inkling/optim/transform.h"
#include "inkling/train/learner.h"
#include "inkling/train/workers.h"

namespace inkling {

/// A part of a step's batch, made and computed by one thread.
struct Shard {
  /// The record of these numbers: of all of the shard's, or of some.
  std::function<Record(std::span<const std::uint64_t>)> make;
  std::vector<std::uint64_t> numbers;
  /// Whether the numbers are examples that have one loss together, their mean; else they are
  /// episodes with one each.
  bool examples = false;
};

/// Where in the outer training a step stands.
struct StepCourse {
  Key key;              ///< of its random choices
  double progress = 1;  ///< the share of meta-training before it
};

struct MeanGradient {
  double loss = 0;  ///< mean over episodes, or over examples
  Gradients gradients;
  std::optional<double> taught = {};  ///< mean of MetaGradient::taught, where there is such

  bool finite() const;
};

/// The gradient of the mean loss. Shards are computed by any thread and added in their order: the
/// same bits at any number of threads. Of what has the table's rows it stays row-sparse.
MeanGradient mean_gradient(const Learner& learner, const Params& meta,
                           std::span<const Shard> shards, const StepCourse& course,
                           Workers& workers);

/// Computes each of the shards' numbers alone.
/// @return  those whose loss or gradient is not finite, rising; where a shard's is not finite and
///          none of its numbers' alone, all of that shard
std::vector<std::uint64_t> unsound_numbers(const Learner& learner, const Params& meta,
                                           std::span<const Shard> shards, const StepCourse& course,
                                           Workers& workers);

/// The shards without these numbers. A shard may be left empty: the others keep their place.
std::vector<Shard> without(std::span<const Shard> shards, std::span<const std::uint64_t> numbers);

/// Adam with clipping, decay and a schedule, as the options say.
class OuterOptimiser {
 public:
  /// @param input   the model's, where it has one: its fixed columns stay as they are
  /// @param method  where given, says how fast each parameter moves (Method::speed)
  OuterOptimiser(const TrainOptions& options, std::int64_t steps,
                 const LinearInput* input = nullptr, const Method* method = nullptr);

  TransformState init(const Params& trained) const { return adam()->init(trained); }

  /// Moves the parameters that have a gradient. With options.lazy_adam, rows without one keep their
  /// value and their moments. Changes in place: `params` and `state` must own their tensors. A
  /// table's rows are shared out by `for_each`.
  void step(const Params& params, TransformState& state, const Gradients& gradients,
            const ForEach& for_each) const;

 private:
  TrainOptions options_;
  const LinearInput* input_;
  const Method* method_;
  std::function<double(std::int64_t)> schedule_;
};

/// The entries of `meta` that meta-training moves.
Params trained_part(const Learner& learner, const Params& meta);

}  // namespace inkling
