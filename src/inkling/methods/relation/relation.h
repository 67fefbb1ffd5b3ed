// Relation networks.
#pragma once

#include <memory>

#include "inkling/methods/method.h"
#include "inkling/methods/relation/options.h"

namespace inkling::relation {

/// c_k = mean or sum of f(x) over the support of class k; r_k(x) = sigmoid(g(c_k, f(x))), g a
/// network of one hidden layer; p(k | x) = r_k / sum of r. f and g are learned.
/// Source: Sung et al. 2018, eq. 1 and 2.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::relation
