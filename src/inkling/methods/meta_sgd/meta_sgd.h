// Meta-SGD: MAML with learned rates.
#pragma once

#include <memory>

#include "inkling/methods/meta_sgd/options.h"
#include "inkling/methods/method.h"

namespace inkling::meta_sgd {

/// theta_t+1 = theta_t - alpha o grad L(theta_t, support); learns theta and alpha ("rate.NAME",
/// methods/learned_rates.h) by the gradient of L(theta_T, query).
/// Source: Li et al. 2017, algorithm 1.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::meta_sgd
