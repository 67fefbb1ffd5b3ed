// Nearest neighbours.
#pragma once

#include <memory>

#include "inkling/methods/method.h"
#include "inkling/methods/neighbours/options.h"

namespace inkling::neighbours {

/// score(k | x) = -scale min over the examples i of class k of |f(x) - f(x_i)|^2, or scale max cos.
/// Source: Yang, Katiyar 2020, section 3.1.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::neighbours
