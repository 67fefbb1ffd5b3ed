// ANIL: almost no inner loop.
#pragma once

#include <memory>

#include "inkling/methods/anil/options.h"
#include "inkling/methods/method.h"

namespace inkling::anil {

/// MAML whose steps on the support move the head alone: the features are computed once.
/// Source: Raghu et al. 2020.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::anil
