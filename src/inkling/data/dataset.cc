#include "inkling/data/dataset.h"

#include <set>
#include <utility>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
LabelSet::LabelSet(std::vector<Label> labels) : labels_(std::move(labels)) {
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    if (!ids_.emplace(labels_[i].name, static_cast<std::int64_t>(i)).second) {
      throw Error(ErrorKind::data, cat("the label '", labels_[i].name, "' is there twice"), {},
                  "give each label a name of its own");
    }
  }
}

LabelSet LabelSet::from_names(const std::vector<std::string>& names) {
  std::vector<Label> labels;
  labels.reserve(names.size());
  for (const std::string& name : names) labels.push_back({.name = name, .description = ""});
  return LabelSet(std::move(labels));
}

std::vector<std::string> LabelSet::names() const {
  std::vector<std::string> names;
  names.reserve(labels_.size());
  for (const Label& label : labels_) names.push_back(label.name);
  return names;
}

std::int64_t LabelSet::find(std::string_view name) const {
  const auto found = ids_.find(name);
  return found == ids_.end() ? -1 : found->second;
}

std::int64_t LabelSet::id(std::string_view name) const {
  const std::int64_t id = find(name);
  if (id < 0) {
    throw Error(ErrorKind::data, cat("unknown label '", name, "'"), {},
                known_names_hint(name, names()));
  }
  return id;
}

LabelSet Dataset::labels() const {
  std::set<std::string> found;
  for (const Example& example : examples) {
    if (example.label) found.insert(*example.label);
    for (const auto& [label, probability] : example.soft_targets) found.insert(label);
  }
  std::vector<std::string> names(found.begin(), found.end());
  order_names(names);
  return LabelSet::from_names(names);
}

const std::string& group_of(const Example& example, const std::string& group) {
  const auto found = example.attributes.find(group);
  if (found != example.attributes.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, value] : example.attributes) names.push_back(name);
  throw Error(ErrorKind::data, cat("the example has no attribute '", group, "' to group by"),
              {.file = example.origin.file, .line = example.origin.line, .field = group},
              names.empty() ? "name the column of the group with --group-column"
                            : known_names_hint(group, names));
}

}  // namespace inkling
