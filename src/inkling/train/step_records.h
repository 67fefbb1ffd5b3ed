// What the steps of a meta-training see.
#pragma once

#include <cstdint>
#include <vector>

#include "inkling/train/learner.h"
#include "inkling/train/outer_step.h"

namespace inkling {

/// Whether the method trains on batches of examples, and the task has examples.
bool passes(const Learner& learner, const EpisodeSource& source);

/// The places 0 .. count - 1 in an order that is new each epoch.
class EpochOrder {
 public:
  explicit EpochOrder(Key key) : key_(key) {}

  const std::vector<std::int64_t>& of(std::int64_t epoch, std::int64_t count);

 private:
  Key key_;
  std::int64_t epoch_ = -1;
  std::vector<std::int64_t> places_;
};

/// The records of a step, as shards: episodes; or the examples of a batch, some a shard, or where
/// the method asks for clean ones beside them (Traits::clean) or for texts that have one loss
/// together (Traits::self_supervised) all in one. Where it asks for texts without a label
/// (Traits::unlabelled_ratio), each shard has its part of them: what labels they have nothing sees.
class StepRecords {
 public:
  /// @param clean       what these come from
  /// @param unlabelled  the same of texts without a label; all must outlive this
  StepRecords(const Learner& learner, const EpisodeSource& source, const EpisodeSource* clean,
              const EpisodeSource* unlabelled = nullptr);

  /// @param step  from 0
  std::vector<Shard> at(std::int64_t step) { return passes_ ? batch(step) : episodes(step); }

 private:
  std::vector<Shard> episodes(std::int64_t step) const;
  std::vector<Shard> batch(std::int64_t step);
  /// The places of the step's clean examples.
  std::vector<std::int64_t> clean_places(std::int64_t step);
  /// The places of `count` texts without a label, of which the first is number `first` of all that
  /// a training reads.
  std::vector<std::int64_t> unlabelled_places(std::int64_t first, std::int64_t count);

  const TrainOptions& options_;
  const EpisodeSource& source_;
  bool passes_;
  const EpisodeSource* clean_;
  std::int64_t clean_batch_;
  const EpisodeSource* unlabelled_;
  std::int64_t unlabelled_ratio_;
  std::int64_t together_;  ///< examples a shard
  EpochOrder order_;
  EpochOrder clean_order_;
  EpochOrder unlabelled_order_;
};

}  // namespace inkling
