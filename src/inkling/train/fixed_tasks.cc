#include "inkling/train/fixed_tasks.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/data/pool.h"
#include "inkling/train/streams.h"

namespace inkling {
namespace {

/// Queries are scored in parts of so many examples.
constexpr std::size_t kQueryPart = 1024;

constexpr std::int32_t kNoGroup = -1;

/// The places of a split's pool, rising, by group.
std::map<std::int32_t, std::vector<std::size_t>> by_group(const TextSplit& split, TasksBy by) {
  std::map<std::int32_t, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < split.pool.size(); ++i) {
    places[by == TasksBy::group ? split.pool[i].group : kNoGroup].push_back(i);
  }
  return places;
}

/// The group of `pool` that has the name of `group`; one without examples where there is none.
std::int32_t same_group(const TextSplit& split, std::int32_t group, const TextSplit& pool) {
  if (group == kNoGroup) return kNoGroup;
  const auto found = std::ranges::find(pool.groups, split.groups[static_cast<std::size_t>(group)]);
  return static_cast<std::int32_t>(found - pool.groups.begin());
}

using Candidates = std::vector<std::vector<std::size_t>>;

/// Of each class, those of `places` that may be a support.
Candidates candidates_of(const TextSplit& pool, const std::vector<std::size_t>& places) {
  constexpr std::int32_t kSeveral = -1;
  std::unordered_map<std::string_view, std::int32_t> label_of;
  for (const std::size_t place : places) {
    const auto [entry, added] = label_of.emplace(pool.texts[place], pool.pool[place].label);
    if (!added && entry->second != pool.pool[place].label) entry->second = kSeveral;
  }
  std::unordered_set<std::string_view> taken;
  Candidates candidates(pool.labels.size());
  for (const std::size_t place : places) {
    const std::string_view text = pool.texts[place];
    if (label_of.at(text) == kSeveral) continue;
    if (!taken.insert(text).second) continue;
    candidates[static_cast<std::size_t>(pool.pool[place].label)].push_back(place);
  }
  return candidates;
}

/// @param offset  of the pool's texts in the test split
void draw_support(Rng rng, const Candidates& candidates, std::int64_t shots, std::int64_t offset,
                  Episode& episode) {
  for (std::size_t label = 0; label < candidates.size(); ++label) {
    const std::vector<std::size_t>& from = candidates[label];
    for (const std::int64_t at : rng.sample(std::ssize(from), shots)) {
      episode.support.push_back(offset +
                                static_cast<std::int64_t>(from[static_cast<std::size_t>(at)]));
      episode.support_classes.push_back(static_cast<std::int32_t>(label));
    }
  }
}

/// The places of `query` whose sentence is not in the support.
std::vector<std::size_t> unseen(const TextSplit& split, const TextSplit& pool,
                                const std::vector<std::size_t>& query, const Episode& drawn) {
  const auto offset = split.texts.size();
  Sentences seen;
  for (const std::int64_t at : drawn.support) {
    seen.insert(sentence_of(pool, static_cast<std::size_t>(at) - offset));
  }
  std::vector<std::size_t> rest;
  for (const std::size_t place : query) {
    if (!seen.contains(sentence_of(split, place))) rest.push_back(place);
  }
  return rest;
}

/// Adds `task`, whose support is there, in parts of its query.
void add_parts(const TextSplit& split, const std::vector<std::size_t>& query, const Episode& task,
               std::int64_t number, FixedTasks& tasks) {
  for (std::size_t start = 0; start < query.size(); start += kQueryPart) {
    Episode part = task;
    for (std::size_t i = start; i < std::min(query.size(), start + kQueryPart); ++i) {
      const PoolExample& example = split.pool[query[i]];
      part.query.push_back(example.index);
      part.query_classes.push_back(example.label);
    }
    tasks.parts.push_back(std::move(part));
    tasks.tasks.push_back(number);
  }
}

}  // namespace

FixedTest fixed_test(const RunConfig& config, const std::vector<std::string>& labels) {
  if (config.episodes.unlabelled_shots > 0) {
    throw Error(ErrorKind::usage, "unlabelled examples are drawn with the query, which is given",
                {"", 0, "unlabelled-shots"}, "leave it out here, or leave out --test-support");
  }
  FixedTest made;
  made.split = test_split(config, labels);
  TextSplit& split = made.split;
  const TextSplit pool = support_split(config, split.labels);
  const TasksBy by = tasks_by_named(config.data.tasks_by);
  const std::int64_t shots = test_shots(config);
  const std::int64_t draws = shots == 0 ? 1 : config.eval.draws;
  const Key key = stream(config.train.seed, Stream::test);
  auto supports = by_group(pool, by);
  std::int64_t number = 0;
  for (const auto& [group, query] : by_group(split, by)) {
    const Candidates candidates = candidates_of(pool, supports[same_group(split, group, pool)]);
    Episode task;
    task.group = group;
    for (std::size_t label = 0; label < candidates.size(); ++label) {
      task.labels.push_back(static_cast<std::int32_t>(label));
      if (std::ssize(candidates[label]) >= shots) continue;
      throw Error(ErrorKind::data,
                  cat("class '", split.labels[label], "'",
                      group == kNoGroup
                          ? ""
                          : cat(" of group '", split.groups[static_cast<std::size_t>(group)], "'"),
                      " has ", candidates[label].size(), " texts for a support, and ", shots,
                      " are needed; texts under several labels are none"),
                  {join(config.data.test_support, ","), 0, "test-support"},
                  "ask for fewer --test-shots");
    }
    for (std::int64_t draw = 0; draw < draws; ++draw, ++number) {
      Episode drawn = task;
      draw_support(Rng(key.fold(static_cast<std::uint64_t>(number))), candidates, shots,
                   std::ssize(split.texts), drawn);
      add_parts(split, unseen(split, pool, query, drawn), drawn, number, made.tasks);
    }
  }
  split.texts.insert(split.texts.end(), pool.texts.begin(), pool.texts.end());
  return made;
}

}  // namespace inkling
