// Implicit MAML: an initialisation, learned by the gradient of where the steps on the support end.
#pragma once

#include <memory>

#include "inkling/methods/imaml/options.h"
#include "inkling/methods/method.h"

namespace inkling::imaml {

/// phi(theta) = argmin L(phi, support) + lambda/2 |phi - theta|^2, found by steps from theta;
/// learns theta by the gradient of L(phi(theta), query),
///
///     (I + H / lambda)^-1 grad L(phi, query),    H the Hessian of L(., support) at phi,
///
/// by conjugate gradient: exact as far as both are solved. What is left of each is measured, and
/// more than `tolerance` is an Error of kind numeric. The support is read without dropout: the
/// inner problem is one.
/// Source: Rajeswaran et al. 2019, algorithms 1 and 2.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::imaml
