#include "inkling/api/run_config.h"

#include <algorithm>

#include "inkling/api/distill_options.h"
#include "inkling/api/tune_options.h"
#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

constexpr const char* kPluginKey = "name";

PluginChoice choose(const std::vector<PluginEntry>& entries, const char* what,
                    const std::string& name) {
  return {name, plugin_named(entries, what, name).make_options()};
}

std::string default_plugin(const std::string& section) {
  if (section == "task") return kDefaultTask;
  if (section == "encoder") return kDefaultEncoder;
  return kDefaultMethod;
}

void set_section(const ConfigSection& section, std::map<std::string, std::string> values) {
  if (!section.plugin.empty()) values.erase(kPluginKey);
  try {
    set_fields(section.fields, values);
  } catch (const Error& error) {
    Where where = error.where();
    where.field = cat(section.name, ".", where.field);
    throw Error(error.kind(), error.message(), where, error.hint());
  }
}

}  // namespace

std::string plugin_name(const ConfigValues& values, const std::string& section) {
  const auto found = values.find(section);
  if (found == values.end()) return default_plugin(section);
  const auto name = found->second.find(kPluginKey);
  return name == found->second.end() ? default_plugin(section) : name->second;
}

RunConfig make_config(const std::string& task, const std::string& encoder,
                      const std::string& method) {
  return {.data = {},
          .format = {},
          .episodes = {},
          .text = {},
          .task = choose(tasks_options(), "task", task),
          .encoder = choose(encoders_options(), "encoder", encoder),
          .method = choose(methods_options(), "method", method),
          .train = {},
          .eval = {}};
}

std::vector<ConfigSection> sections_of(RunConfig& config) {
  return {
      {"data", "", fields_of(config.data)},
      {"format", "", fields_of(config.format)},
      {"episodes", "", fields_of(config.episodes)},
      {"text", "", fields_of(config.text)},
      {"task", config.task.name, config.task.options.fields()},
      {"encoder", config.encoder.name, config.encoder.options.fields()},
      {"method", config.method.name, config.method.options.fields()},
      {"train", "", fields_of(config.train)},
      {"eval", "", fields_of(config.eval)},
  };
}

ConfigValues config_values(const RunConfig& config) {
  ConfigValues values;
  RunConfig copy = config;
  for (const ConfigSection& section : sections_of(copy)) {
    values[section.name] = field_map(section.fields);
    if (!section.plugin.empty()) values[section.name][kPluginKey] = section.plugin;
  }
  return values;
}

RunConfig config_from_values(const ConfigValues& values) {
  RunConfig config = make_config(plugin_name(values, "task"), plugin_name(values, "encoder"),
                                 plugin_name(values, "method"));
  const std::vector<ConfigSection> sections = sections_of(config);
  for (const auto& [name, section_values] : values) {
    if (name == kTuneSection) {
      TuneOptions checked;
      set_section({name, "", fields_of(checked)}, section_values);
      continue;
    }
    if (name == kDistillSection) {
      DistillOptions checked;
      set_section({name, "", fields_of(checked)}, section_values);
      continue;
    }
    const auto section = std::find_if(sections.begin(), sections.end(),
                                      [&](const ConfigSection& s) { return s.name == name; });
    if (section == sections.end()) {
      std::vector<std::string> names;
      for (const ConfigSection& known : sections) names.push_back(known.name);
      throw Error(ErrorKind::usage, "is not a section", {.file = {}, .line = 0, .field = name},
                  known_names_hint(name, names));
    }
    set_section(*section, section_values);
  }
  return config;
}

ConfigValues merged(ConfigValues base, const ConfigValues& over) {
  for (const auto& [name, values] : over) {
    const bool names_plugin = values.contains(kPluginKey);
    if (names_plugin && plugin_name(base, name) != values.at(kPluginKey)) base[name].clear();
    auto& section = base[name];
    for (const auto& [field, text] : values) section[field] = text;
  }
  return base;
}

RunConfig config_of(const Experiment& experiment, const Setting& setting) {
  return config_from_values(merged(experiment.config, setting.overrides));
}

}  // namespace inkling
