// Pictures of an experiment's results in Mermaid's notation, which pages of Markdown show.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace inkling {

/// Bars, longest first, of the settings where they are many and of one metric; else nothing.
/// @param results  of a document that `inkling run --json` prints
/// @throws Error data, naming the field, where it is none
std::string chart_of_bars(const nlohmann::json& results);

/// The paths of tunings, a row's "paths": {name: [number, ...]}: a line chart of each
/// hyperparameter, a line a row, and of the objective where one row alone has it. On logarithms,
/// where values lie powers of ten apart.
/// @throws Error data
std::string charts_of_paths(const nlohmann::json& results);

}  // namespace inkling
