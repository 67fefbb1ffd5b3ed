// An experiment file, run: every setting for every seed, compared with the published numbers.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "inkling/api/run_config.h"

namespace inkling {

/// {"experiment", "summary", "seconds", "results": [{"setting", "metric", "value", "ci95", "seeds",
/// "must", "aim", "known", "pass", "baselines": {name: value}}]}. Over several seeds a value is the
/// mean and its interval is over the seeds; over one, the episodes'. Settings that train the same
/// share one training.
/// @param keep  file of what is measured (measured_file.h), gone on with where it is there; or
/// empty
/// @throws Error; Interrupted
nlohmann::json run_experiment(const Experiment& experiment, const std::filesystem::path& keep);

}  // namespace inkling
