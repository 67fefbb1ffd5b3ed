// Reptile: towards where the steps end.
#pragma once

#include <memory>

#include "inkling/methods/method.h"
#include "inkling/methods/reptile/options.h"

namespace inkling::reptile {

/// theta_t+1 = theta_t - rate * grad L(theta_t, support and query together); its meta-gradient is
/// theta - theta_T, its losses those of these examples at theta_T. Adapts to a support as MAML
/// does.
/// Source: Nichol et al. 2018, algorithm 2.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::reptile
