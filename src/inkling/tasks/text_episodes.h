// Episodes of texts that have classes.
#pragma once

#include <memory>

#include "inkling/tasks/task.h"

namespace inkling {

/// What drawn episodes have beside the examples of their classes.
struct EpisodeExtras {
  /// Share of the queries that is of no class (data/none_queries.h): their class is
  /// Record::classes. 0: none is.
  double none = 0;
  /// Whether the last texts of the table describe the labels, in their order; those of an episode's
  /// classes are then the last units of its support, class by class.
  bool descriptions = false;
};

/// Episodes drawn from options.text as options.shape says, or the fixed ones that it has, and all
/// its examples as one task.
std::unique_ptr<EpisodeSource> text_episodes(SourceOptions options, EpisodeExtras extras = {});

}  // namespace inkling
