// Examples with the labels they use, in a fixed order.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/data/example.h"

namespace inkling {

struct Label {
  std::string name;
  std::string description;  ///< for people and for zero-shot; may be empty
  bool operator==(const Label&) const = default;
};

/// Labels numbered from 0.
class LabelSet {
 public:
  LabelSet() = default;
  /// @throws Error data, when a name is there twice
  explicit LabelSet(std::vector<Label> labels);
  static LabelSet from_names(const std::vector<std::string>& names);

  std::int64_t size() const { return static_cast<std::int64_t>(labels_.size()); }
  const Label& operator[](std::int64_t id) const { return labels_[static_cast<std::size_t>(id)]; }
  const std::vector<Label>& all() const { return labels_; }
  std::vector<std::string> names() const;

  /// The id of a name, or -1.
  std::int64_t find(std::string_view name) const;
  /// @throws Error data naming the nearest label
  std::int64_t id(std::string_view name) const;

 private:
  std::vector<Label> labels_;
  std::map<std::string, std::int64_t, std::less<>> ids_;
};

struct Dataset {
  std::string name;
  std::vector<Example> examples;

  /// The labels in use. Names that are all integers are ordered as numbers, others as bytes, so
  /// that the order depends on the set alone.
  LabelSet labels() const;
};

/// The value of attribute `group` of an example.
/// @throws Error data, naming the example's place, where it has no such attribute
const std::string& group_of(const Example& example, const std::string& group);

}  // namespace inkling
