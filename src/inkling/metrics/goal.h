// Whether a measured number keeps the bound that an experiment sets it.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace inkling {

/// Whether smaller is better: losses, errors and times ("mse", "nll", "ece", "seconds", "test
/// error", ...).
bool lower_is_better(std::string_view metric);

/// Whether row `row` of a run document's "results" keeps `goal`, which is {"op": ">=" or "<=",
/// "value"} or
/// {"op": "beats" or "not worse", "versus", "margin", "beyond_interval"}.
///
/// `versus` is a baseline of the row, or else another row of its metric, by setting. With gain =
/// how much better the row is, and interval = sqrt(a^2 + b^2) of the two half widths (0 for a plain
/// baseline) where beyond_interval, else 0:
///   beats       gain > 0, gain >= margin and gain > interval
///   not worse   gain >= -max(margin, interval)
/// A value that is no number (null) keeps no bound.
/// @return  nothing where `versus` is not among the results
/// @throws Error data, when the document is not of this shape
std::optional<bool> goal_met(const nlohmann::json& goal, const nlohmann::json& results,
                             std::size_t row);

/// ">= 87.8" as "≥ 87.8", "beats centroid by 2 beyond the interval", ...
std::string goal_text(const nlohmann::json& goal);

}  // namespace inkling
