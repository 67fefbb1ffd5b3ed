#include "inkling/data/conditions.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

/// The example's attribute of this name, else its metadata (another column, another key), else
/// null.
const std::string* value_of(const Example& example, const std::string& name) {
  for (const auto* values : {&example.attributes, &example.metadata}) {
    const auto found = values->find(name);
    if (found != values->end()) return &found->second;
  }
  return nullptr;
}

/// NAME=VALUE or NAME=VALUE|VALUE.
struct Condition {
  std::string name;
  std::vector<std::string> values;

  bool holds(const Example& example) const {
    const std::string* value = value_of(example, name);
    return value != nullptr && std::ranges::find(values, *value) != values.end();
  }
};

Condition condition_of(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw Error(ErrorKind::usage, cat("'", text, "' is not NAME=VALUE"), {"", 0, "where"},
                "name an attribute and its value: threshold=t2, or split=train|dev");
  }
  Condition condition{text.substr(0, equals), {}};
  for (const std::string_view value : split(std::string_view(text).substr(equals + 1), '|')) {
    if (value.empty()) {
      throw Error(ErrorKind::usage, cat("'", text, "' names an empty value"), {"", 0, "where"},
                  "name values, with | between them: split=train|dev");
    }
    condition.values.emplace_back(value);
  }
  return condition;
}

/// What the data set has under a name, once each.
std::vector<std::string> values_of(const Dataset& dataset, const std::string& name) {
  std::set<std::string> values;
  for (const Example& example : dataset.examples) {
    if (const std::string* value = value_of(example, name)) values.insert(*value);
  }
  return {values.begin(), values.end()};
}

std::vector<std::string> names_in(const Dataset& dataset) {
  std::set<std::string> names;
  for (const Example& example : dataset.examples) {
    for (const auto* values : {&example.attributes, &example.metadata}) {
      for (const auto& [name, value] : *values) names.insert(name);
    }
  }
  return {names.begin(), names.end()};
}

/// @throws Error usage, where no example has the attribute or one of the values
void check_known(const Condition& condition, const Dataset& dataset) {
  const std::vector<std::string> values = values_of(dataset, condition.name);
  if (values.empty()) {
    throw Error(ErrorKind::usage, cat("no example has the attribute '", condition.name, "'"),
                {dataset.name, 0, "where"}, known_names_hint(condition.name, names_in(dataset)));
  }
  for (const std::string& value : condition.values) {
    if (std::ranges::find(values, value) != values.end()) continue;
    throw Error(ErrorKind::usage, cat("no example has the ", condition.name, " '", value, "'"),
                {dataset.name, 0, "where"}, known_names_hint(value, values));
  }
}

/// OLD=NEW, both not empty.
std::map<std::string, std::string> renamings(const std::vector<std::string>& items) {
  std::map<std::string, std::string> names;
  for (const std::string& item : items) {
    const std::size_t equals = item.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == item.size()) {
      throw Error(ErrorKind::usage, cat("'", item, "' is not OLD=NEW"), {"", 0, "rename-labels"},
                  "name a label and what it is to be called: pos=positive");
    }
    if (!names.emplace(item.substr(0, equals), item.substr(equals + 1)).second) {
      throw Error(ErrorKind::usage, cat("'", item.substr(0, equals), "' is renamed twice"),
                  {"", 0, "rename-labels"});
    }
  }
  return names;
}

}  // namespace

void keep_where(Dataset& dataset, const std::vector<std::string>& texts) {
  std::vector<Condition> conditions;
  for (const std::string& text : texts) {
    conditions.push_back(condition_of(text));
    check_known(conditions.back(), dataset);
  }
  std::erase_if(dataset.examples, [&](const Example& example) {
    return !std::ranges::all_of(conditions, [&](const Condition& c) { return c.holds(example); });
  });
  if (dataset.examples.empty() && !texts.empty()) {
    throw Error(ErrorKind::usage, cat("no example is left by ", join(texts, ", ")),
                {dataset.name, 0, "where"});
  }
}

void rename_labels(Dataset& dataset, const std::vector<std::string>& items) {
  const std::map<std::string, std::string> names = renamings(items);
  for (Example& example : dataset.examples) {
    const auto found = example.label ? names.find(*example.label) : names.end();
    if (found != names.end()) example.label = found->second;
  }
}

void join_attributes(Dataset& dataset, const std::string& name) {
  if (name.find('+') == std::string::npos) return;
  const std::vector<std::string_view> parts = split(name, '+');
  for (Example& example : dataset.examples) {
    const auto has = [&](std::string_view part) {
      return example.attributes.contains(std::string(part));
    };
    if (std::ranges::none_of(parts, has)) continue;
    std::string joined;
    for (const std::string_view part : parts) {
      joined += cat(joined.empty() ? "" : "/", group_of(example, std::string(part)));
    }
    example.attributes[name] = joined;
  }
}

}  // namespace inkling
