// Queries that belong to none of a task's classes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inkling/data/episodes.h"

namespace inkling {

/// Adds to episodes of N classes queries of other labels, whose class is N: none of the above.
/// Immutable; safe from several threads.
/// Source: Gao et al. 2019, FewRel 2.0, section 2.3.
class NoneQueries {
 public:
  /// @param shape  of the episodes; its queries of a class stay as they are
  /// @param share  of all queries that is to be of no class, in (0, 1): so many are added that it
  ///               is met as nearly as whole queries can, at least one
  /// @throws Error usage, where tasks are not by label or the pool has no label beside those of a
  /// task; data, where the other labels have too few examples
  NoneQueries(const std::vector<PoolExample>& pool, TasksBy by, const EpisodeShape& shape,
              double share);

  /// How many an episode gets.
  std::int64_t count() const { return count_; }

  /// Adds them behind the queries of episode number i, a pure function of (key, i) and the
  /// episode: each has a label drawn among those that the episode lacks, then one of its examples.
  /// No example and no text is in an episode twice.
  void add(Key key, std::uint64_t i, Episode& episode) const;

 private:
  std::int64_t ways_;
  std::int64_t count_ = 0;
  std::vector<std::int32_t> labels_;                ///< those in the pool, in order
  std::vector<std::vector<PoolExample>> examples_;  ///< of each
  std::vector<std::uint64_t> texts_;                ///< by PoolExample::index
};

}  // namespace inkling
