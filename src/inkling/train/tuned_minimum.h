// What hyperparameters are worth that inkling train has no options for: the test of the model that
// they lead to.
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

/// The test metric of the model after the inner training that `tuned` is, at these values.
/// @param metric  as evaluation_report names it
double metric_after_training(const RunConfig& config, const TuningProblem& tuned,
                             std::span<const double> values, const std::string& metric,
                             Workers& workers);

}  // namespace inkling
