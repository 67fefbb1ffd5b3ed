// CAVIA: fast context adaptation.
#pragma once

#include <memory>

#include "inkling/methods/cavia/options.h"
#include "inkling/methods/method.h"

namespace inkling::cavia {

/// phi_0 = 0, phi_t+1 = phi_t - rate * grad_phi L(theta, phi_t, support); learns theta by the
/// gradient of L(theta, phi_T, query) through the steps. The context phi modulates the features
/// (cavia/head.h) by maps "cavia.gain" and "cavia.shift", which are of theta.
/// Source: Zintgraf et al. 2019, algorithm 1; the modulation Perez et al. 2018.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::cavia
