#include "inkling/api/config_file.h"

#include <algorithm>

#include "inkling/api/distill_options.h"
#include "inkling/api/tune_options.h"
#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

[[noreturn]] void fail(const std::string& message, const std::string& file, std::int64_t line,
                       const std::string& field, const std::string& hint = {}) {
  throw Error(ErrorKind::usage, message, {.file = file, .line = line, .field = field}, hint);
}

}  // namespace

const std::vector<std::string>& section_names() {
  static const std::vector<std::string> names = {"data",    "format", "episodes", "text", "task",
                                                 "encoder", "method", "train",    "eval"};
  return names;
}

ConfigValues sections_in(const TomlNode& table, const std::vector<std::string>& reserved,
                         const std::string& file, ConfigLines& lines) {
  std::vector<std::string> sections = section_names();
  sections.emplace_back(kTuneSection);
  sections.emplace_back(kDistillSection);
  std::vector<std::string> known = sections;
  known.insert(known.end(), reserved.begin(), reserved.end());
  ConfigValues values;
  for (const auto& [name, node] : table.children) {
    if (holds(reserved, name)) continue;
    if (!holds(sections, name)) {
      fail("is not known here", file, node.line, name, known_names_hint(name, known));
    }
    if (node.kind != TomlNode::Kind::table) {
      fail("is a section, not a value", file, node.line, name, cat("write [", name, "]"));
    }
    lines[name] = node.line;
    for (const auto& [field, value] : node.children) {
      const std::string place = cat(name, ".", field);
      if (value.kind != TomlNode::Kind::value) {
        fail("is a table where a value is expected", file, value.line, place);
      }
      lines[place] = value.line;
      values[name][field] = value.text;
    }
  }
  return values;
}

RunConfig checked_config(const ConfigValues& values, const std::string& file,
                         const ConfigLines& lines) {
  try {
    return config_from_values(values);
  } catch (const Error& error) {
    std::string field = error.where().field;
    if (holds({"task", "encoder", "method"}, field)) field += ".name";
    const auto line = lines.find(field);
    fail(error.message(), file, line == lines.end() ? 0 : line->second, field, error.hint());
  }
}

ConfigValues parse_config(std::string_view text, const std::string& file) {
  const TomlNode root = parse_toml(text, file);
  if (root.children.count("setting") > 0) return parse_experiment(text, file).config;
  ConfigLines lines;
  ConfigValues values = sections_in(root, {}, file, lines);
  checked_config(values, file, lines);
  return values;
}

ConfigValues read_config(const std::string& file) {
  return parse_config(read_file(file), file);
}

}  // namespace inkling
