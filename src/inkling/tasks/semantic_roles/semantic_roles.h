// Semantic roles: a unit is a word of a sentence with a predicate, its answer its role for that.
#pragma once

#include <memory>

#include "inkling/tasks/semantic_roles/options.h"
#include "inkling/tasks/task.h"

namespace inkling::semantic_roles {

std::unique_ptr<Task> make(const Options& options);

}  // namespace inkling::semantic_roles
