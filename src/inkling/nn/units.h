// A part of each episode of a batch.
#pragma once

#include "inkling/nn/batch.h"

namespace inkling {

/// Of each episode `count` units, from unit `begin` on: what joined() put side by side, apart
/// again.
Batch units_of(const Batch& batch, std::int64_t begin, std::int64_t count);

}  // namespace inkling
