#include "inkling/api/flags.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

constexpr const char* kPluginKey = "name";
constexpr std::string_view kPrefix = "INKLING_";

/// Variables that are not options: where things are.
constexpr std::array<std::string_view, 4> kOtherVariables = {"INKLING_DATA", "INKLING_CACHE",
                                                             "INKLING_ENGINE", "INKLING_TORCH"};

/// Names each flag once, the first section first.
class Namer {
 public:
  void add(const std::string& section, const std::string& field,
           std::vector<std::string> plugins = {}) {
    for (Flag& flag : flags_) {
      if (flag.section == section && flag.field == field) {
        flag.plugins.insert(flag.plugins.end(), plugins.begin(), plugins.end());
        return;
      }
    }
    std::string name = field == kPluginKey ? section : field;
    if (!taken_.insert(name).second) {
      name = cat(section, "-", field);
      if (!taken_.insert(name).second) {
        throw Error(ErrorKind::internal, cat("two options would be --", name));
      }
    }
    flags_.push_back({name, section, field, std::move(plugins)});
  }

  void add_all(const std::string& section, const std::vector<Field>& fields) {
    for (const Field& field : fields) add(section, field.name);
  }

  void add_plugins(const std::string& section, const std::vector<PluginEntry>& entries) {
    for (const PluginEntry& entry : entries) {
      const PluginOptions options = entry.make_options();
      for (const Field& field : options.fields()) {
        add(section, field.name, {std::string(entry.info.name)});
      }
    }
  }

  std::vector<Flag> take() { return std::move(flags_); }

 private:
  std::vector<Flag> flags_;
  std::set<std::string> taken_;
};

bool belongs_to(const Flag& flag, const std::string& plugin) {
  return flag.plugins.empty() ||
         std::find(flag.plugins.begin(), flag.plugins.end(), plugin) != flag.plugins.end();
}

ConfigValues plugin_names(const std::vector<GivenFlag>& given) {
  ConfigValues names;
  for (const auto& [flag, text] : given) {
    if (flag->field == kPluginKey) names[flag->section][kPluginKey] = text;
  }
  return names;
}

const GivenFlag* given_for(const std::vector<GivenFlag>& given, const std::string& place) {
  for (const GivenFlag& one : given) {
    const bool names_plugin = one.flag->field == kPluginKey && one.flag->section == place;
    if (names_plugin || cat(one.flag->section, ".", one.flag->field) == place) return &one;
  }
  return nullptr;
}

}  // namespace

std::vector<Flag> flags_of(const std::vector<PluginEntry>& tasks,
                           const std::vector<PluginEntry>& encoders,
                           const std::vector<PluginEntry>& methods) {
  RunConfig config;
  Namer namer;
  for (const char* plugin : {"task", "encoder", "method"}) namer.add(plugin, kPluginKey);
  for (const ConfigSection& section : sections_of(config)) {
    namer.add_all(section.name, section.fields);
  }
  namer.add_plugins("task", tasks);
  namer.add_plugins("encoder", encoders);
  namer.add_plugins("method", methods);
  return namer.take();
}

const std::vector<Flag>& config_flags() {
  static const std::vector<Flag> flags =
      flags_of(tasks_options(), encoders_options(), methods_options());
  return flags;
}

const Flag* flag_of(std::string_view section, std::string_view field) {
  for (const Flag& flag : config_flags()) {
    if (flag.section == section && flag.field == field) return &flag;
  }
  return nullptr;
}

std::string environment_name(std::string_view flag) {
  std::string name(kPrefix);
  for (const char c : flag) {
    name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

std::vector<GivenFlag> flags_in_environment(const char* const* environment,
                                            std::vector<std::string>& unknown) {
  std::vector<GivenFlag> given;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view variable = *environment;
    if (!variable.starts_with(kPrefix)) continue;
    const std::string_view name = variable.substr(0, variable.find('='));
    const auto& flags = config_flags();
    const auto found = std::find_if(flags.begin(), flags.end(), [&](const Flag& flag) {
      return environment_name(flag.name) == name;
    });
    if (found != flags.end()) {
      given.push_back(
          {&*found, std::string(variable.substr(std::min(name.size() + 1, variable.size())))});
    } else if (std::find(kOtherVariables.begin(), kOtherVariables.end(), name) ==
               kOtherVariables.end()) {
      unknown.emplace_back(name);
    }
  }
  return given;
}

RunConfig config_with_flags(const ConfigValues& base, const std::vector<GivenFlag>& variables,
                            const std::vector<GivenFlag>& flags) {
  ConfigValues values = merged(merged(base, plugin_names(variables)), plugin_names(flags));
  for (const auto& [flag, text] : variables) {
    if (flag->field != kPluginKey && belongs_to(*flag, plugin_name(values, flag->section))) {
      values[flag->section][flag->field] = text;
    }
  }
  for (const auto& [flag, text] : flags) {
    const std::string plugin = flag->plugins.empty() ? "" : plugin_name(values, flag->section);
    if (!belongs_to(*flag, plugin)) {
      throw Error(ErrorKind::usage,
                  cat("is an option of ", join(flag->plugins, " and "), ", but the ", flag->section,
                      " is ", plugin),
                  {.file = {}, .line = 0, .field = cat("--", flag->name)},
                  cat("choose it with --", flag->section));
    }
    values[flag->section][flag->field] = text;
  }
  try {
    return config_from_values(values);
  } catch (const Error& error) {
    Where where = error.where();
    if (const GivenFlag* flag = given_for(flags, where.field)) {
      where.field = cat("--", flag->flag->name);
    } else if (const GivenFlag* variable = given_for(variables, where.field)) {
      where.field = environment_name(variable->flag->name);
    }
    throw Error(error.kind(), error.message(), where, error.hint());
  }
}

}  // namespace inkling
