#include "inkling/train/held_out.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/data/splits.h"

namespace inkling {
namespace {

/// Which places of `split` are of the second part of a split of them.
/// @param label_of  what a place counts as: its label for `rule`
template <class LabelOf>
std::vector<bool> second_part(const TextSplit& split, const SplitRule& rule,
                              const LabelOf& label_of) {
  Dataset places;
  for (const PoolExample& example : split.pool) {
    Example made;
    made.text = std::to_string(example.text);
    made.label = label_of(example);
    places.examples.push_back(std::move(made));
  }
  std::vector<bool> second(split.pool.size(), false);
  const auto parts = split_places(places, rule);
  for (const std::int64_t place : parts[1]) second[static_cast<std::size_t>(place)] = true;
  return second;
}

/// A share of each label and group for validation, equal texts on one side.
TrainingSplits held_out_by(const TextSplit& split, const SplitRule& rule) {
  const std::vector<bool> held = second_part(split, rule, [](const PoolExample& example) {
    return cat(example.group, "/", example.label);
  });
  return {part_of(split, [&](std::size_t i) { return !held[i]; }),
          part_of(split, [&](std::size_t i) { return held[i]; })};
}

/// `split` with the labels that it has alone.
TextSplit with_own_labels(TextSplit split) {
  std::vector<std::int32_t> place(split.labels.size(), -1);
  for (const PoolExample& example : split.pool) place[static_cast<std::size_t>(example.label)] = 0;
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < place.size(); ++i) {
    if (place[i] < 0) continue;
    place[i] = static_cast<std::int32_t>(labels.size());
    labels.push_back(std::move(split.labels[i]));
  }
  split.labels = std::move(labels);
  for (PoolExample& example : split.pool) {
    example.label = place[static_cast<std::size_t>(example.label)];
  }
  return split;
}

/// Whether training and validation by whole labels or groups can be had from `splits`: the same
/// classes in both where tasks are by group, and texts enough for episodes.
bool holds_tasks_of(const TrainingSplits& splits, TasksBy by, const RunConfig& config) {
  if (!holds_episodes(splits.validation, by, shape_of(config.episodes))) return false;
  if (by == TasksBy::label) return true;
  return with_own_labels(splits.train).labels == splits.train.labels &&
         with_own_labels(splits.validation).labels == splits.train.labels;
}

/// How many of `count` labels or groups validate: the share to the nearest whole, as far as that
/// leaves the labels of a task on both sides, or one group and two to train on. 0 where they are
/// too few for that.
std::int64_t tasks_held_out(std::int64_t count, double share, const RunConfig& config) {
  const bool by_label = tasks_by_named(config.data.tasks_by) == TasksBy::label;
  const std::int64_t least = by_label ? test_ways(config) : 1;
  const std::int64_t most = count - (by_label ? config.episodes.ways : 2);
  if (most < least) return 0;
  const auto wanted = static_cast<std::int64_t>(std::llround(share * static_cast<double>(count)));
  return std::clamp(wanted, least, most);
}

/// Whole labels or groups for validation. A text of theirs that stands under the others too
/// validates nothing.
/// @param held  how many, of `count`
TrainingSplits units_held_out(const TextSplit& split, TasksBy by, std::int64_t held,
                              std::int64_t count, SplitRule rule) {
  rule.by = SplitBy::label;
  const double share = static_cast<double>(held) / static_cast<double>(count);
  rule.fractions = {1 - share, share};
  const std::vector<bool> second = second_part(split, rule, [&](const PoolExample& example) {
    return std::to_string(by == TasksBy::label ? example.label : example.group);
  });
  std::unordered_set<std::uint64_t> trained;
  for (std::size_t i = 0; i < second.size(); ++i) {
    if (!second[i]) trained.insert(split.pool[i].text);
  }
  TrainingSplits splits = {part_of(split, [&](std::size_t i) { return !second[i]; }),
                           part_of(split, [&](std::size_t i) {
                             return second[i] && !trained.contains(split.pool[i].text);
                           })};
  if (by == TasksBy::label) {
    splits.train = with_own_labels(std::move(splits.train));
    splits.validation = with_own_labels(std::move(splits.validation));
  }
  return splits;
}

}  // namespace

TrainingSplits examples_held_out(const TextSplit& split, double share, std::int64_t seed) {
  SplitRule rule;
  rule.fractions = {1 - share, share};
  rule.seed = static_cast<std::uint64_t>(seed);
  return held_out_by(split, rule);
}

TrainingSplits hold_out(const TextSplit& split, const RunConfig& config) {
  const DataOptions& data = config.data;
  if (data.holdout <= 0) return {split, {}};
  SplitRule rule;
  rule.fractions = {1 - data.holdout, data.holdout};
  rule.seed = static_cast<std::uint64_t>(config.train.seed);
  const TasksBy by = tasks_by_named(data.tasks_by);
  const bool asked = data.holdout_of == "tasks";
  if (by == TasksBy::single && asked) {
    throw Error(ErrorKind::usage, "one data set is one task: no tasks can be held out of it",
                {"", 0, "holdout-of"}, "use --holdout-of examples, or --tasks-by label or group");
  }
  if (by == TasksBy::single || data.holdout_of == "examples") return held_out_by(split, rule);
  const char* what = by == TasksBy::label ? "labels" : "groups";
  const auto count = std::ssize(by == TasksBy::label ? split.labels : split.groups);
  const std::int64_t held = tasks_held_out(count, data.holdout, config);
  if (held > 0) {
    TrainingSplits splits = units_held_out(split, by, held, count, rule);
    if (holds_tasks_of(splits, by, config)) {
      log_info(cat("validation has ", held, " of the ", count, " ", what));
      return splits;
    }
  }
  if (asked) {
    throw Error(ErrorKind::data,
                cat("of the ", count, " ", what, " none can be held out for validation"),
                {join(data.train, ","), 0, "holdout-of"},
                "they are too few, or have too few texts: use --holdout-of examples");
  }
  log_info(cat("validation has texts of all ", count, " ", what,
               ": whole ones are too few, or have too few texts"));
  return held_out_by(split, rule);
}

}  // namespace inkling
