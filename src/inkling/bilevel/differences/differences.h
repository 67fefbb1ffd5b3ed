// The hypergradient by central differences: the check of the other estimators.
#pragma once

#include "inkling/bilevel/hypergradient.h"

namespace inkling {

/// (F(x + h) - F(x - h)) / 2h of every number x of the hyperparameters, h = share * max(|x|, 0.01):
/// two trainings a number.
/// @param share  0: the cube root of the number type's precision, which makes the error least
EstimatorPtr central_differences(double share = 0);

}  // namespace inkling
