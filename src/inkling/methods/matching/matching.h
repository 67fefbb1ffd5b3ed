// Matching networks.
#pragma once

#include <memory>

#include "inkling/methods/matching/options.h"
#include "inkling/methods/method.h"

namespace inkling::matching {

/// p(k | x) = sum over the examples i of class k of softmax_i(scale cos(f(x), f(x_i))); f and the
/// scale are learned. Source: Vinyals et al. 2016, eq. 1 and 2, without full context embeddings.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::matching
