// Episodes of texts that have classes.
#pragma once

#include <memory>

#include "inkling/tasks/task.h"

namespace inkling {

/// Episodes drawn from options.text as options.shape says, or the fixed ones that it has, and all
/// its examples as one task.
std::unique_ptr<EpisodeSource> text_episodes(SourceOptions options);

}  // namespace inkling
