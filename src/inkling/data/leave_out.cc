#include "inkling/data/leave_out.h"

#include <algorithm>
#include <set>
#include <vector>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

/// The names of all that `example` has and that can be left out.
void add_names(const Example& example, std::set<std::string>& names) {
  const auto add = [&](bool has, const char* name) {
    if (has) names.insert(name);
  };
  add(example.label.has_value(), "label");
  add(!example.spans.empty(), "spans");
  add(!example.relations.empty(), "relations");
  add(!example.frames.empty(), "frames");
  add(!example.token_columns.empty(), "token_columns");
  add(!example.soft_targets.empty(), "soft_targets");
  add(!example.targets.empty(), "targets");
  for (const auto* values : {&example.attributes, &example.metadata}) {
    for (const auto& [name, value] : *values) names.insert(name);
  }
  for (const auto& [name, values] : example.token_columns) names.insert(name);
}

void leave_out(Example& example, const std::string& name) {
  if (name == "label") example.label.reset();
  if (name == "spans") example.spans.clear();
  if (name == "relations") example.relations.clear();
  if (name == "frames") example.frames.clear();
  if (name == "token_columns") example.token_columns.clear();
  if (name == "soft_targets") example.soft_targets.clear();
  if (name == "targets") example.targets.clear();
  example.attributes.erase(name);
  example.metadata.erase(name);
  example.token_columns.erase(name);
}

}  // namespace

void leave_out(Dataset& dataset, std::span<const std::string> names) {
  std::set<std::string> known;
  for (const Example& example : dataset.examples) add_names(example, known);
  for (const std::string& name : names) {
    if (!known.contains(name)) {
      throw Error(ErrorKind::usage, cat("no example has '", name, "' to leave out"),
                  {.field = "drop"},
                  known_names_hint(name, std::vector<std::string>(known.begin(), known.end())));
    }
    for (Example& example : dataset.examples) leave_out(example, name);
  }
}

}  // namespace inkling
