// Named entities: a unit is a word of a sentence, its answer the type of the entity that it is in.
#pragma once

#include <memory>

#include "inkling/tasks/entities/options.h"
#include "inkling/tasks/task.h"

namespace inkling::entities {

/// @throws Error usage, where options.transitions are no probabilities
std::unique_ptr<Task> make(const Options& options);

}  // namespace inkling::entities
