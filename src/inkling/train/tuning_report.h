// What a tuning leaves: a report, a configuration, a picture.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "inkling/api/run_config.h"

namespace inkling {

/// The report of `inkling tune`; writes tuned.toml, paths.svg, metrics.jsonl and state.json into
/// config.train.out.
/// @throws Error usage, data; numeric, when inner trainings go off again and again (what was best
/// so far is written); Interrupted
struct TuneOptions;
nlohmann::json tuning_report(const RunConfig& config, const TuneOptions& options);

/// `config` as a file that read_config reads: what is not at its default.
std::string toml_of(const RunConfig& config, const std::string& heading);

}  // namespace inkling
