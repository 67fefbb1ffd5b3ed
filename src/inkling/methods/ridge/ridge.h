// Ridge regression as the learner of a task.
#pragma once

#include <memory>

#include "inkling/methods/method.h"
#include "inkling/methods/ridge/options.h"

namespace inkling::ridge {

/// W = X^T (X X^T + lambda I)^-1 Y on the support's features X and one-hot classes (or values) Y;
/// the scores of x are scale * f(x) W + bias. Learns the encoder, lambda and scale (both as
/// logarithms) and bias, by the exact gradient through the solution.
/// Source: Bertinetto et al. 2019, eq. 6 and 7.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::ridge
