// From a data set to the pool that episodes are drawn from: which examples count, as numbers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/data/dataset.h"
#include "inkling/data/episodes.h"

namespace inkling {

/// A label or group that was asked for, and where that stands: a line of a file, or nowhere.
struct Value {
  std::string name;
  Origin origin = {};
};

/// A list of labels or groups as people write it: "@FILE" reads names one a line (empty lines are
/// left out), "0-19" is each integer of the range, anything else is a name.
/// @throws Error io, when a file cannot be read; usage for an empty name, a range that runs
/// backwards or is longer than a million or makes the list so, or a name that is there twice
std::vector<Value> expand_values(std::span<const std::string> items);

/// "label", "group" or "single".
/// @throws Error usage naming the nearest
TasksBy tasks_by_named(std::string_view name);

/// Which examples of a data set make tasks.
struct PoolRule {
  TasksBy by = TasksBy::group;
  std::string group = {};          ///< attribute that names an example's group; by group alone
  std::vector<Value> only = {};    ///< groups where tasks are by group, else labels; empty: all
  std::vector<Value> except = {};  ///< left out; need not be in the data
};

struct Pool {
  std::vector<PoolExample> examples;  ///< index is the place in Dataset::examples
  std::vector<std::string> labels;    ///< those in use, ordered as Dataset::labels() orders them
  std::vector<std::string> groups;    ///< the same of groups; empty where tasks are not by group

  EpisodeSampler sampler(TasksBy by, EpisodeShape shape) const;
};

/// The examples that `rule` takes, in the order of the data set. Equal texts, and
/// pieces of one sentence (whole_sentence), have equal PoolExample::text, others never.
/// @throws Error usage naming the nearest, for a value in rule.only that is not in the data; data
/// with the example's
///         place where it lacks a label or the group attribute
Pool make_pool(const Dataset& dataset, const PoolRule& rule);

}  // namespace inkling
