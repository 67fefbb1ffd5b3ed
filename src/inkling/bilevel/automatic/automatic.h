// Chooses an estimator, and says why.
#pragma once

#include <string>

#include "inkling/bilevel/hypergradient.h"

namespace inkling {

struct AutomaticOptions {
  /// What the estimator may take beside the problem itself; 0: half of what the machine has.
  std::int64_t bytes = 0;
};

struct Choice {
  EstimatorPtr estimator;
  std::string reason;  ///< a sentence
};

/// The estimator whose gradient is exact, that fits into memory and costs least: forward mode for a
/// few numbers, reverse mode for many, with as many states kept as fit. The implicit gradient where
/// the problem has a loss that it optimises, which alone reads the hyperparameters, and the
/// objective is of the end. Where not even a few states fit, the gradient of as many last steps as
/// do. It takes one step, to see what a step's graph holds. Where steps follow no gradient
/// (InnerProblem::followed), central differences.
Choice choose(const InnerProblem& problem, const Objective& objective, const Hyper& hyper,
              AutomaticOptions options = {});

/// Chooses anew for each problem; the reason is the first of the remarks (Trust).
EstimatorPtr automatic(AutomaticOptions options = {});

}  // namespace inkling
