// Gradient steps on a loss that is held near its start.
#pragma once

#include "inkling/optim/transform.h"

namespace inkling::imaml {

/// The updates of `steps` for the gradient of L(p) + lambda/2 |p - p_0|^2, given that of L; p_0 are
/// the parameters before the first step, lambda is hyper "proximal". It keeps p - p_0 and not p_0,
/// so that it acts on coefficients where `steps` does.
TransformPtr proximal(TransformPtr steps);

}  // namespace inkling::imaml
