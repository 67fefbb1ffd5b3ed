// What hyperparameters that were found at minima are worth: the minimum of all data, and its test.
#pragma once

#include <span>
#include <string>

#include "inkling/train/tuning_problem.h"
#include "inkling/train/workers.h"

namespace inkling {

/// The test metric of the model at the minimum of the loss of training and validation data
/// together, at the values found on `tuned`. The words, classes and groups of both have their own
/// numbers; one that `tuned` does not know has the start. A penalty is a prior, which does not grow
/// with the data: l2, beside a mean loss, shrinks as the number of examples grows.
/// @param metric  as evaluation_report names it
/// @throws Error usage, where a number an example is among them
double metric_at_minimum(const RunConfig& config, const TuneOptions& options,
                         const TuningProblem& tuned, std::span<const double> values,
                         const std::string& metric, Workers& workers);

}  // namespace inkling
