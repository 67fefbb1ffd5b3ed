// Prototypical networks.
#pragma once

#include <memory>

#include "inkling/methods/method.h"
#include "inkling/methods/protonet/options.h"

namespace inkling::protonet {

/// c_k = mean of f(x) over the support of class k; p(k | x) = softmax_k(-scale |f(x) - c_k|^2), or
/// of the cosine. Unlabelled examples move c_k where Options::refine says how (refinement.h).
/// Source: Snell et al. 2017, eq. 1 and 2; Ren et al. 2018.
/// @throws Error usage, where the queries are to count as unlabelled and these move nothing
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::protonet
