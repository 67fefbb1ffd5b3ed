// docs/results.md: what was measured, one section an experiment, each written by its own run.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace inkling {

/// `existing_page` with the section of this run's experiment replaced, or added in the order of the
/// names; all other bytes stay as they are. An empty page gets its heading first.
///
/// A section stands between the lines `<!-- experiment NAME -->` and `<!-- end NAME -->`, and
/// depends on the run document alone: no date, no machine.
/// @param run_document  as `inkling run FILE --json` prints it
/// @param file          the page's name, for messages
/// @throws Error data, when the page is no results page or its markers do not pair, with the line;
/// or when the
///         document is not a run's, with the field
std::string updated_results_page(std::string_view existing_page, const nlohmann::json& run_document,
                                 const std::string& file = "docs/results.md");

}  // namespace inkling
