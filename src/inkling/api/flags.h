// The names of all options on the command line and in the environment: one flag for one option.
//
// A flag is its field's name. Where two sections share a name the later one gets "section-name";
// sections come in the order data, format, episodes, text, train, eval, task, encoder, method, and
// a plugin's options count whether or not it is chosen, so that a flag means the same whatever else
// is chosen.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inkling/api/run_config.h"

namespace inkling {

struct Flag {
  std::string name;                  ///< "inner-steps", as in --inner-steps
  std::string section;               ///< "method"
  std::string field;                 ///< "inner-steps"; "name" for --task, --encoder, --method
  std::vector<std::string> plugins;  ///< those of the section that have it; empty where all do
};

/// Every flag of the configuration, of all plugins, in the order of their sections.
const std::vector<Flag>& config_flags();
/// The same for any plugins.
std::vector<Flag> flags_of(const std::vector<PluginEntry>& tasks,
                           const std::vector<PluginEntry>& encoders,
                           const std::vector<PluginEntry>& methods);

/// The flag of a field; nullptr where there is none.
const Flag* flag_of(std::string_view section, std::string_view field);

/// "INKLING_INNER_STEPS" for "inner-steps".
std::string environment_name(std::string_view flag);

/// An option as a flag or variable gives it.
struct GivenFlag {
  const Flag* flag = nullptr;
  std::string text;
};

/// The options that INKLING_ variables give.
/// @param environment  "NAME=value" strings up to a nullptr
/// @param unknown  set to the INKLING_ variables that mean nothing to inkling
std::vector<GivenFlag> flags_in_environment(const char* const* environment,
                                            std::vector<std::string>& unknown);

/// The configuration that `base` gives with variables, and flags over them, on top. A variable for
/// a plugin that is not chosen is passed over: it may stand for another run.
/// @throws Error usage, naming the flag or variable: a bad value; a flag of a plugin that is not
/// chosen
RunConfig config_with_flags(const ConfigValues& base, const std::vector<GivenFlag>& variables,
                            const std::vector<GivenFlag>& flags);

}  // namespace inkling
