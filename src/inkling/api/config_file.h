// Configurations in TOML: sections with every key known, each fault with its line.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "inkling/api/run_config.h"
#include "inkling/config/toml.h"

namespace inkling {

/// Where the fields of a configuration were read: "section.field" or "section" -> line.
using ConfigLines = std::map<std::string, std::int64_t>;

/// The children of `table` that are sections, as values; notes where each stands.
/// @param reserved  keys of `table` that are not sections
/// @throws Error usage for a key outside a section or a table within one
ConfigValues sections_in(const TomlNode& table, const std::vector<std::string>& reserved,
                         const std::string& file, ConfigLines& lines);

/// config_from_values, whose errors say file and line.
RunConfig checked_config(const ConfigValues& values, const std::string& file,
                         const ConfigLines& lines);

/// The names of sections_of.
const std::vector<std::string>& section_names();

}  // namespace inkling
