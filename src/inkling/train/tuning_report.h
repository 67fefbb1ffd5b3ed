// What a tuning leaves: a report, a configuration, a picture.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "inkling/api/run_config.h"
#include "inkling/api/tune_options.h"
#include "inkling/train/workers.h"

namespace inkling {

/// The report of `inkling tune`; writes tuned.toml, paths.svg, metrics.jsonl and state.json into
/// config.train.out.
/// @throws Error usage, data; numeric, when inner trainings go off again and again (what was best
/// so far is written); Interrupted
nlohmann::json tuning_report(const RunConfig& config, const TuneOptions& options, Workers& workers);

/// What an experiment of protocol "tune" measures, by metric's name: "objective_fall" in percent of
/// the start, writing nothing; or "hypergradient_error", in percent, the largest distance of the
/// gradient at the start from central differences, of either exact estimator.
double tuning_metric(const RunConfig& config, const TuneOptions& options, const std::string& metric,
                     Workers& workers);

/// `config` as a file that read_config reads: what is not at its default.
std::string toml_of(const RunConfig& config, const std::string& heading);

}  // namespace inkling
