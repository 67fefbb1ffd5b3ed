// How good an adapted model is: over every example of a test set, baselines beside.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "inkling/api/run_config.h"

namespace inkling {

/// The report of `inkling eval` on an adapted model. The baselines that can be had from its support
/// alone stand beside: the majority class, the nearest TF-IDF centroid, and a new model fitted to
/// the support, at a fixed rate since there is nothing to choose one on.
/// @throws Error data, when a test text is one that the model was adapted to
nlohmann::json adapted_report(const std::filesystem::path& folder, const RunConfig& config);

}  // namespace inkling
