#include "inkling/data/none_queries.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <unordered_set>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

/// Folds an episode's key to that of these queries; 1 is that of its unlabelled examples.
constexpr std::uint64_t kNone = 2;

constexpr const char* kOption = "none-of-the-above";

}  // namespace

NoneQueries::NoneQueries(const std::vector<PoolExample>& pool, TasksBy by,
                         const EpisodeShape& shape, double share)
    : ways_(shape.ways) {
  if (by != TasksBy::label) {
    throw Error(ErrorKind::usage,
                "a query of no class needs labels that a task leaves out, and these tasks have all "
                "of them",
                {"", 0, kOption}, "leave it out, or cut the data into --tasks-by label");
  }
  const auto of_classes = static_cast<double>(shape.ways * shape.queries);
  count_ = std::max<std::int64_t>(1, std::llround(share / (1 - share) * of_classes));
  std::map<std::int32_t, std::vector<PoolExample>> by_label;
  for (const PoolExample& example : pool) {
    by_label[example.label].push_back(example);
    const auto end = static_cast<std::size_t>(example.index) + 1;
    if (texts_.size() < end) texts_.resize(end);
    texts_[end - 1] = example.text;
  }
  std::vector<std::int64_t> sizes;
  std::unordered_set<std::uint64_t> texts_of_all;
  for (auto& [label, examples] : by_label) {
    std::unordered_set<std::uint64_t> different;
    for (const PoolExample& example : examples) different.insert(example.text);
    sizes.push_back(std::ssize(different));
    texts_of_all.insert(different.begin(), different.end());
    labels_.push_back(label);
    examples_.push_back(std::move(examples));
  }
  if (std::ssize(labels_) <= ways_) {
    throw Error(ErrorKind::usage,
                cat(ways_, "-way tasks with queries of no class need ", ways_ + 1,
                    " classes, and there are ", labels_.size()),
                {"", 0, kOption}, "ask for fewer ways, or allow more labels");
  }
  // The labels that a task leaves out may be the smallest. Where texts stand under several labels,
  // the one that is always left out must do, whatever else is in the episode.
  std::ranges::sort(sizes, std::greater<>());
  const std::int64_t all = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
  const bool shared = std::ssize(texts_of_all) < all;
  const std::int64_t left =
      shared ? sizes.back() : std::accumulate(sizes.begin() + ways_, sizes.end(), std::int64_t{0});
  const std::int64_t needed =
      count_ + (shared ? ways_ * (shape.shots + shape.queries) : std::int64_t{0});
  if (left < needed) {
    throw Error(ErrorKind::data,
                cat("the labels that a ", ways_, "-way task leaves out may have no more than ",
                    left, " texts for its ", count_, " queries of no class, which need ", needed),
                {"", 0, kOption}, "ask for fewer queries or a smaller share, or leave it out");
  }
}

void NoneQueries::add(Key key, std::uint64_t i, Episode& episode) const {
  Rng rng(key.fold(i).fold(kNone));
  std::unordered_set<std::uint64_t> used;
  for (const auto* places : {&episode.support, &episode.query}) {
    for (const std::int64_t place : *places) used.insert(texts_[static_cast<std::size_t>(place)]);
  }
  std::vector<std::size_t> others;
  for (std::size_t at = 0; at < labels_.size(); ++at) {
    if (std::ranges::find(episode.labels, labels_[at]) == episode.labels.end()) {
      others.push_back(at);
    }
  }
  // Where a label has given all that it has, another is drawn.
  for (std::int64_t drawn = 0; drawn < count_;) {
    const auto& from = examples_[others[rng.below(others.size())]];
    const PoolExample& example = from[rng.below(from.size())];
    if (!used.insert(example.text).second) continue;
    episode.query.push_back(example.index);
    ++drawn;
  }
  episode.query_classes.resize(episode.query.size(), static_cast<std::int32_t>(ways_));
}

}  // namespace inkling
