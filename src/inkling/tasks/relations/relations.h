// Relation extraction: a unit is a text with a head and a tail, its answer how they stand to each
// other.
#pragma once

#include <memory>

#include "inkling/tasks/relations/options.h"
#include "inkling/tasks/task.h"

namespace inkling::relations {

std::unique_ptr<Task> make(const Options& options);

}  // namespace inkling::relations
