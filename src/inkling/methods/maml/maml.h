// Model-agnostic meta-learning.
#pragma once

#include <memory>

#include "inkling/methods/maml/options.h"
#include "inkling/methods/method.h"

namespace inkling::maml {

/// theta_0 = theta, theta_t+1 = theta_t - rate * grad L(theta_t, support); learns theta by the
/// gradient of L(theta_T, query) through the steps (second order) or past them (first order).
/// Source: Finn et al. 2017, algorithm 2.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::maml
