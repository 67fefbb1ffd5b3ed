// Induction networks.
#pragma once

#include <memory>

#include "inkling/methods/induction/options.h"
#include "inkling/methods/method.h"

namespace inkling::induction {

/// c_k = routing over e = squash(W f(x) + b) of the support of class k; r_k(x) = sigmoid(w relu(c_k
/// M f(x)) + b'), M a tensor of slices; p(k | x) = r_k / sum of r. Everything is learned.
/// Source: Geng et al. 2019, eq. 3 to 11.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::induction
