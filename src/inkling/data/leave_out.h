// Parts of examples that are not to be kept, by name.
#pragma once

#include <span>
#include <string>

#include "inkling/data/dataset.h"

namespace inkling {

/// Takes the members (label, spans, relations, frames, token_columns, soft_targets, targets),
/// attributes, metadata and token columns of these names from every example.
/// @throws Error usage naming the nearest, for a name that no example has
void leave_out(Dataset& dataset, std::span<const std::string> names);

}  // namespace inkling
