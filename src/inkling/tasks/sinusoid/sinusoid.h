// Regression to sine waves.
#pragma once

#include <memory>

#include "inkling/tasks/sinusoid/options.h"
#include "inkling/tasks/task.h"

namespace inkling::sinusoid {

/// Episode i: y = A sin(x - p), A uniform in [amplitude-low, amplitude-high], p in [0, pi], x in
/// [-range, range]; `shots` support points and `queries` query points. Source: Finn et al. 2017,
/// section 5.1.
std::unique_ptr<Task> make(const Options& options);

}  // namespace inkling::sinusoid
