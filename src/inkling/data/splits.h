// Cutting a data set into training, validation and test parts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/data/dataset.h"

namespace inkling {

enum class SplitBy {
  label,   ///< no two parts share a label
  group,   ///< no two parts share a group
  random,  ///< no two parts share a text; each part has the labels in the proportions of the whole
};

struct SplitRule {
  SplitBy by = SplitBy::random;
  std::string group = {};  ///< attribute that names an example's group; by group alone
  std::vector<double> fractions =
      {};  ///< of each part: of the labels, of the groups, or of the texts
  std::uint64_t seed = 0;
};

/// "0.8/0.1/0.1": two parts or more, each above 0, together 1 (to 1e-6).
/// @throws Error usage
std::vector<double> parse_fractions(std::string_view text);

/// "label", "group" or "random".
/// @throws Error usage naming the nearest
SplitBy split_by_named(std::string_view name);

/// Of each part the places of its examples in dataset.examples, rising; every example is in one
/// part. A pure function of the data set and the rule. Parts have their fractions to the nearest
/// whole label, group or text, and are never empty.
/// @throws Error usage for bad fractions; data where there are fewer labels, groups or texts than
/// parts, and with the
///         example's place where it lacks a label (by label) or the group attribute
std::vector<std::vector<std::int64_t>> split_places(const Dataset& dataset, const SplitRule& rule);

/// The same as data sets, in the order of rule.fractions, each with the name of the whole.
std::vector<Dataset> split_dataset(const Dataset& dataset, const SplitRule& rule);

}  // namespace inkling
