// BOIL: body only update in the inner loop.
#pragma once

#include <memory>

#include "inkling/methods/boil/options.h"
#include "inkling/methods/method.h"

namespace inkling::boil {

/// MAML whose steps on the support move the encoder alone: the head is that of all tasks.
/// Source: Oh et al. 2021.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::boil
