// First-order MAML: an initialisation, learned past the steps.
#pragma once

#include <memory>

#include "inkling/methods/fomaml/options.h"
#include "inkling/methods/method.h"

namespace inkling::fomaml {

/// MAML whose meta-gradient is that of the adapted parameters, grad L(theta_T, query) at theta_T.
/// Source: Finn et al. 2017, section 5.2.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::fomaml
