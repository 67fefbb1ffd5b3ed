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
/// the method asks for clean ones beside them (Traits::clean) all in one.
class StepRecords {
 public:
  /// @param clean  what these come from; all must outlive this
  StepRecords(const Learner& learner, const EpisodeSource& source, const EpisodeSource* clean);

  /// @param step  from 0
  std::vector<Shard> at(std::int64_t step) { return passes_ ? batch(step) : episodes(step); }

 private:
  std::vector<Shard> episodes(std::int64_t step) const;
  std::vector<Shard> batch(std::int64_t step);
  /// A batch whole, since its examples' weights sum to one, with clean examples as its support.
  Shard weighed(std::vector<std::uint64_t> numbers, std::int64_t step);

  const TrainOptions& options_;
  const EpisodeSource& source_;
  bool passes_;
  const EpisodeSource* clean_;
  std::int64_t clean_batch_;
  EpochOrder order_;
  EpochOrder clean_order_;
};

}  // namespace inkling
