// The hyperparameters that have a gradient: their names, what they do, between which bounds they
// move and on which line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/api/run_config.h"

namespace inkling {

/// The map from a value to the real line, on which it moves: the logarithm; log(p / (1 - p)); the
/// inverse of log(1 + e^x), which is the value itself where it is large and its logarithm where it
/// is small.
enum class Bijection { log, logit, softplus };

struct Hyperparameter {
  std::string name;
  std::string summary;  ///< what it does, in plain words
  Bijection bijection;
  double low;
  double high;
  double otherwise;    ///< where it starts unless told or configured
  std::string field;   ///< of [train], where inkling train takes it from; "" where it has none
  bool whole = false;  ///< training takes whole numbers
};

/// All, in the order of the help.
const std::vector<Hyperparameter>& hyperparameters();

/// @throws Error usage for a name that has no gradient, listing those that have
const Hyperparameter& hyperparameter_named(std::string_view name);

/// The place of `value` on the line, the value at a place, and its slope there.
double to_line(Bijection bijection, double value);
double from_line(Bijection bijection, double x);
double slope_at(Bijection bijection, double x);

/// A hyperparameter and where it starts.
struct TunedHyperparameter {
  Hyperparameter of;  ///< its bounds narrowed to this problem's
  double start;
};

/// What `--hyper` asks for, "name=value" or "name".
/// @param config   gives the start of those that are options of training and named alone
/// @param largest  batch size; 0: four times its start
/// @throws Error usage: none, an unknown or doubled name, no number, a start beyond the bounds
std::vector<TunedHyperparameter> tuned_hyperparameters(const std::vector<std::string>& asked,
                                                       const RunConfig& config,
                                                       std::int64_t largest_batch);

}  // namespace inkling
