// The exact hypergradient by carrying derivatives along with the steps.
#pragma once

#include "inkling/bilevel/hypergradient.h"

namespace inkling {

/// Forward mode: each number of the hyperparameters has a tangent, as large as the state, and costs
/// a product with the Hessian a step. Memory does not depend on the number of steps. Source:
/// Franceschi et al. 2017, section 3.2.
EstimatorPtr forward();

}  // namespace inkling
