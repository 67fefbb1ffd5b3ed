// What a tuning leaves: a report, a configuration, a picture.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "inkling/api/run_config.h"
#include "inkling/api/tune_options.h"
#include "inkling/train/tuning_state.h"
#include "inkling/train/workers.h"

namespace inkling {

/// The report of `inkling tune`; writes tuned.toml, paths.svg, metrics.jsonl, an event file
/// and state.json into config.train.out.
/// @throws Error usage, data; numeric, when inner trainings go off again and again (what was best
/// so far is written); Interrupted
nlohmann::json tuning_report(const RunConfig& config, const TuneOptions& options, Workers& workers);

/// What a tuning came to.
struct TuningOutcome {
  RunConfig config;                ///< with the best values
  std::vector<std::string> names;  ///< of the hyperparameters
  TuningState state;
  double training_runs = 0;  ///< its cost, in inner steps, as a share of a training's steps
  bool configured =
      true;  ///< whether `config` holds all values: inkling train has options for them
};

/// The same without writing anything, for experiments.
TuningOutcome tuning_outcome(const RunConfig& config, const TuneOptions& options, Workers& workers);

/// The test metric of the model that a tuning's best values lead to (tuned_minimum.h): of an
/// implicit estimator at the minimum of all data, else after the inner training.
double metric_at_best(const RunConfig& config, const TuneOptions& options, const TuningState& state,
                      const std::string& metric, Workers& workers);

/// The largest distance of the gradient at the start from central differences, of either exact
/// estimator, in percent.
double hypergradient_error(const RunConfig& config, const TuneOptions& options, Workers& workers);

/// `config` as a file that read_config reads: what is not at its default.
std::string toml_of(const RunConfig& config, const std::string& heading);

}  // namespace inkling
