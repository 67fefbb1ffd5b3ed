// Prototypical networks with hybrid attention.
#pragma once

#include <memory>

#include "inkling/methods/hybrid_attention/options.h"
#include "inkling/methods/method.h"

namespace inkling::hybrid_attention {

/// p(k | x) = softmax_k(-scale sum_h z_kh (c_kh(x) - f(x)_h)^2): the prototype c_k(x) weighs the
/// examples of class k by how they answer to the query, z_k the features by the class's examples.
/// Source: Gao, Han, Liu, Sun 2019, eq. 4 to 8; the weights of the features are read from each
/// example by itself and averaged, where the paper convolves across examples, whose order would
/// matter then.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::hybrid_attention
