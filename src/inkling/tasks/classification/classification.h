// Text classification: a unit is a text, its answer a class.
#pragma once

#include <memory>

#include "inkling/tasks/classification/options.h"
#include "inkling/tasks/task.h"

namespace inkling::classification {

std::unique_ptr<Task> make(const Options& options);

}  // namespace inkling::classification
