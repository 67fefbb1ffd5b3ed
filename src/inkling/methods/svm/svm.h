// A support vector machine as the learner of a task.
#pragma once

#include <memory>

#include "inkling/methods/method.h"
#include "inkling/methods/svm/options.h"

namespace inkling::svm {

/// w = the multiclass support vector machine on the support's features; the scores of x are scale *
/// <w_k, f(x)>. Learns the encoder and scale (as a logarithm), by the exact gradient through the
/// optimum. Source: Lee et al. 2019, eq. 6 to 11.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::svm
