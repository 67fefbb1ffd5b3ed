// MAML++: MAML made steady.
#pragma once

#include <memory>
#include <vector>

#include "inkling/methods/mamlpp/options.h"
#include "inkling/methods/method.h"

namespace inkling::mamlpp {

/// The weight of the query's loss after each of N steps:
///
///     w_i = max(1/N - e d, .03/N) for i < N,  w_N = min(1/N + e (N-1) d, 1 - (N-1) .03/N),
///     d = 1/(N E)
///
/// @param annealed  e/E, in [0, 1]
/// Source: Antoniou et al. 2019, section 4; their code's floor.
std::vector<double> step_weights(std::int64_t steps, double annealed);

/// MAML with a learned rate for each tensor and step ("rate.NAME.steps", methods/learned_rates.h),
/// the loss sum_i w_i L(theta_i, query), and a share of training of first order. Both depend on
/// Context::progress.
/// Source: Antoniou et al. 2019.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::mamlpp
