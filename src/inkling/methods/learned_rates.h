// Rates of an inner loop that are learned with the initialisation, as meta parameters.
#pragma once

#include "inkling/bilevel/inner_loop.h"

namespace inkling {

/// What has a rate of its own.
enum class RateOf {
  element,  ///< "rate.NAME", of the parameter's shape; of the table row-sparse as the table is
  tensor,   ///< "rate.NAME.tensor", a number
  step      ///< "rate.NAME.steps", [steps]; the last serves the steps beyond
};

/// `params` with a rate for each parameter that an inner loop moves.
Params with_initial_rates(const Network& model, const Params& params, Adapt adapt, RateOf of,
                          double rate, std::int64_t steps);

/// `first` with its rates where they are at hyper "inner_learning_rate", if it has one.
Params with_rates_from(const Params& first, const Hyper& hyper);

/// Whether a meta parameter is such a rate.
bool is_rate(std::string_view name);
/// The hyperparameter that the rate `name` is.
std::string hyper_of_rate(std::string_view name);

/// The context with the rates in `meta` as hyperparameters of their parameters (hyper_for).
Context with_learned_rates(const Params& meta, Context context);

}  // namespace inkling
