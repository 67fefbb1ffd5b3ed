#include "inkling/data/episodes.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

/// Folds an episode's key to that of its unlabelled examples.
constexpr std::uint64_t kUnlabelled = 1;

/// The different values of a member, in order.
std::vector<std::int32_t> values_of(const std::vector<PoolExample>& pool,
                                    std::int32_t PoolExample::* member) {
  std::vector<std::int32_t> values;
  values.reserve(pool.size());
  for (const PoolExample& example : pool) values.push_back(example.*member);
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

std::size_t place_of(const std::vector<std::int32_t>& sorted, std::int32_t value) {
  return static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), value) -
                                  sorted.begin());
}

void check_ids(const std::vector<std::int32_t>& ids, const std::vector<std::string>& names) {
  if (!ids.empty() && (ids.front() < 0 || static_cast<std::size_t>(ids.back()) >= names.size()))
    throw Error(ErrorKind::internal, "a label or group of the pool has no name");
}

}  // namespace

EpisodeSampler::EpisodeSampler(const std::vector<PoolExample>& pool, TasksBy by, EpisodeShape shape,
                               std::vector<std::string> label_names,
                               std::vector<std::string> group_names)
    : by_(by),
      shape_(shape),
      label_names_(std::move(label_names)),
      group_names_(std::move(group_names)),
      labels_(values_of(pool, &PoolExample::label)),
      groups_{-1} {
  check_ids(labels_, label_names_);
  if (by_ == TasksBy::group) {
    groups_ = values_of(pool, &PoolExample::group);
    check_ids(groups_, group_names_);
  }
  check_shape();
  if (by_ != TasksBy::label) shape_.ways = static_cast<std::int64_t>(labels_.size());
  fill_classes(pool);
  mark_shared();
  check_counts();
}

std::int64_t EpisodeSampler::needed_in_all() const {
  if (shape_.unlabelled == 0) return needed();
  return shape_.shots + (shape_.natural ? shape_.ways : 1) * shape_.queries + shape_.unlabelled;
}

void EpisodeSampler::check_shape() const {
  if (shape_.ways < 1 || shape_.shots < 0 || shape_.queries < 0 ||
      shape_.shots + shape_.queries < 1 || shape_.unlabelled < 0 || shape_.distractors < 0)
    throw Error(ErrorKind::usage, cat(shape_.ways, "-way ", shape_.shots, "-shot tasks with ",
                                      shape_.queries, " queries a class have no examples"));
  if (shape_.distractors > 0 && by_ != TasksBy::label)
    throw Error(ErrorKind::usage,
                "distractors are classes that a task leaves out, and these tasks have all of them",
                {"", 0, "distractors"}, "leave it out, or cut the data into --tasks-by label");
  if (shape_.distractors > 0 && shape_.unlabelled == 0)
    throw Error(ErrorKind::usage, "distractors give unlabelled examples, and none are asked for",
                {"", 0, "distractors"}, "say how many a class: --unlabelled-shots");
  const std::int64_t classes = shape_.ways + shape_.distractors;
  if (static_cast<std::int64_t>(labels_.size()) < classes)
    throw Error(ErrorKind::usage,
                cat(shape_.ways, "-way tasks",
                    shape_.distractors > 0 ? cat(" with ", shape_.distractors, " distractors") : "",
                    " need ", classes, " classes, and there are ", labels_.size()),
                {},
                shape_.distractors > 0 ? "ask for fewer ways or distractors, or allow more labels"
                                       : "ask for fewer ways, or allow more labels");
}

void EpisodeSampler::fill_classes(const std::vector<PoolExample>& pool) {
  classes_.resize(groups_.size() * labels_.size());
  // Equal texts of a class side by side, the first of the pool first.
  std::vector<std::tuple<std::size_t, std::uint64_t, std::size_t>> order;
  order.reserve(pool.size());
  for (std::size_t i = 0; i < pool.size(); ++i) {
    const std::size_t group = by_ == TasksBy::group ? place_of(groups_, pool[i].group) : 0;
    order.emplace_back(group * labels_.size() + place_of(labels_, pool[i].label), pool[i].text, i);
  }
  std::sort(order.begin(), order.end());
  std::vector<bool> kept(pool.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto& [place, text, example] = order[i];
    const bool again =
        i > 0 && std::get<0>(order[i - 1]) == place && std::get<1>(order[i - 1]) == text;
    kept[example] = !again;
  }
  // Back to the order of the pool, which is the caller's.
  std::sort(order.begin(), order.end(),
            [](const auto& a, const auto& b) { return std::get<2>(a) < std::get<2>(b); });
  for (const auto& [place, text, example] : order) {
    if (!kept[example]) continue;
    classes_[place].indices.push_back(pool[example].index);
    classes_[place].texts.push_back(text);
  }
}

void EpisodeSampler::mark_shared() {
  std::vector<std::pair<std::size_t, std::uint64_t>> texts;  // of each task
  for (std::size_t place = 0; place < classes_.size(); ++place) {
    for (const std::uint64_t text : classes_[place].texts)
      texts.emplace_back(place / labels_.size(), text);
  }
  std::sort(texts.begin(), texts.end());
  std::vector<std::pair<std::size_t, std::uint64_t>> shared;
  for (std::size_t i = 1; i < texts.size(); ++i) {
    if (texts[i] == texts[i - 1]) shared.push_back(texts[i]);
  }
  if (shared.empty()) return;
  for (const auto& entry : shared) shared_texts_.insert(entry.second);
  for (std::size_t place = 0; place < classes_.size(); ++place) {
    for (const std::uint64_t text : classes_[place].texts) {
      const std::pair entry(place / labels_.size(), text);
      if (std::binary_search(shared.begin(), shared.end(), entry)) ++classes_[place].shared;
    }
  }
}

void EpisodeSampler::check_counts() const {
  for (std::size_t place = 0; place < classes_.size(); ++place) {
    const Class& from = classes_[place];
    const std::int64_t taken_by_others = std::min(
        from.shared, (shape_.ways - 1) * needed_in_all() + shape_.distractors * shape_.unlabelled);
    if (from.size() - taken_by_others < needed_in_all())
      fail_too_few(place / labels_.size(), place % labels_.size());
  }
  if (!shape_.natural) return;
  for (std::size_t task = 0; task < groups_.size(); ++task) {
    const std::int64_t total = texts_of(task);
    const std::int64_t wanted = shape_.ways * (shape_.shots + shape_.queries);
    if (total >= wanted) continue;
    throw Error(ErrorKind::data,
                cat(by_ == TasksBy::group
                        ? cat("group '", group_names_[static_cast<std::size_t>(groups_[task])], "'")
                        : std::string("a task"),
                    by_ == TasksBy::label ? " may have no more than " : " has ", total,
                    " different texts; ", shape_.ways, "-way ", shape_.shots, "-shot tasks with ",
                    shape_.ways * shape_.queries, " queries need ", wanted),
                {}, "ask for fewer shots or queries, or leave it out");
  }
}

std::int64_t EpisodeSampler::texts_of(std::size_t task) const {
  std::vector<std::int64_t> unshared;
  std::unordered_set<std::uint64_t> texts;
  for (std::size_t label = 0; label < labels_.size(); ++label) {
    const Class& from = classes_[task * labels_.size() + label];
    unshared.push_back(from.size() - from.shared);
    texts.insert(from.texts.begin(), from.texts.end());
  }
  if (by_ != TasksBy::label) return std::ssize(texts);
  // The classes of a task are any: the smallest must do.
  std::sort(unshared.begin(), unshared.end());
  return std::accumulate(unshared.begin(), unshared.begin() + shape_.ways, std::int64_t{0});
}

void EpisodeSampler::draw_natural(Rng& rng, std::size_t task, std::span<const std::int64_t> places,
                                  std::unordered_set<std::uint64_t>& used, Episode& episode) const {
  const std::int64_t wanted = shape_.ways * shape_.queries;
  if (wanted == 0) return;
  const auto class_at = [&](std::size_t number) -> const Class& {
    return classes_[task * labels_.size() + static_cast<std::size_t>(places[number])];
  };
  // The examples of the task's classes as if they stood in one row. What may be passed over: the
  // support, and texts that were drawn under another label.
  std::vector<std::int64_t> ends;
  auto spare = static_cast<std::int64_t>(episode.support.size());
  for (std::size_t number = 0; number < places.size(); ++number) {
    ends.push_back((ends.empty() ? 0 : ends.back()) + class_at(number).size());
    spare += class_at(number).shared;
  }
  const std::unordered_set<std::int64_t> in_support(episode.support.begin(), episode.support.end());
  std::int64_t drawn = 0;
  for (const std::int64_t at : rng.sample(ends.back(), std::min(ends.back(), wanted + spare))) {
    const auto number =
        static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), at) - ends.begin());
    const Class& from = class_at(number);
    const auto place = static_cast<std::size_t>(at - (number == 0 ? 0 : ends[number - 1]));
    if (in_support.contains(from.indices[place])) continue;
    if (from.shared > 0 && shared_texts_.contains(from.texts[place]) &&
        !used.insert(from.texts[place]).second)
      continue;
    episode.query.push_back(from.indices[place]);
    episode.query_classes.push_back(static_cast<std::int32_t>(number));
    if (++drawn == wanted) return;
  }
}

void EpisodeSampler::fail_too_few(std::size_t task, std::size_t label) const {
  const Class& from = classes_[task * labels_.size() + label];
  std::string message = cat("class '", label_names_[static_cast<std::size_t>(labels_[label])], "'");
  if (by_ == TasksBy::group)
    message += cat(" of group '", group_names_[static_cast<std::size_t>(groups_[task])], "'");
  message += cat(" has ", from.size(), " different texts");
  if (from.shared > 0) message += cat(", ", from.shared, " of them under other labels too");
  message +=
      cat("; ", shape_.ways, "-way ", shape_.shots, "-shot tasks with ", shape_.queries,
          " queries ", shape_.unlabelled > 0 ? cat("and ", shape_.unlabelled, " unlabelled ") : "",
          "a class need ", needed_in_all());
  throw Error(ErrorKind::data, std::move(message), {},
              shape_.unlabelled > 0 ? "ask for fewer shots, queries or unlabelled, or leave it out"
                                    : "ask for fewer shots or queries, or leave it out");
}

Episode EpisodeSampler::at(Key key, std::uint64_t i) const {
  Episode episode;
  at(key, i, episode);
  return episode;
}

void EpisodeSampler::at(Key key, std::uint64_t i, Episode& episode) const {
  Rng rng(key.fold(i));
  const std::size_t task = groups_.size() == 1 ? 0 : rng.below(groups_.size());
  thread_local std::vector<std::int64_t> places_of_thread;
  std::vector<std::int64_t>& places = places_of_thread;
  places.resize(static_cast<std::size_t>(shape_.ways));
  if (by_ == TasksBy::label) {
    rng.sample(std::ssize(labels_), places);
  } else {
    std::iota(places.begin(), places.end(), 0);
  }
  episode.group = groups_[task];
  const auto support = static_cast<std::size_t>(shape_.ways * shape_.shots);
  const auto query = static_cast<std::size_t>(shape_.natural ? 0 : shape_.ways * shape_.queries);
  episode.support.resize(support);
  episode.support_classes.resize(support);
  episode.query.resize(query);
  episode.query_classes.resize(query);
  episode.labels.resize(places.size());
  std::unordered_set<std::uint64_t> used;
  for (std::size_t number = 0; number < places.size(); ++number) {
    const auto place = static_cast<std::size_t>(places[number]);
    episode.labels[number] = labels_[place];
    draw(rng, classes_[task * labels_.size() + place], static_cast<std::int32_t>(number), used,
         episode);
  }
  if (shape_.natural) draw_natural(rng, task, places, used, episode);
  if (shape_.unlabelled > 0) {
    draw_unlabelled(Rng(key.fold(i).fold(kUnlabelled)), task, places, used, episode);
  }
}

void EpisodeSampler::draw_unlabelled(Rng rng, std::size_t task,
                                     std::span<const std::int64_t> places,
                                     std::unordered_set<std::uint64_t>& used,
                                     Episode& episode) const {
  std::vector<std::int64_t> from(places.begin(), places.end());
  if (shape_.distractors > 0) {
    std::vector<std::int64_t> others;
    for (std::int64_t place = 0; place < std::ssize(labels_); ++place) {
      if (std::ranges::find(places, place) == places.end()) others.push_back(place);
    }
    for (const std::int64_t at : rng.sample(std::ssize(others), shape_.distractors)) {
      from.push_back(others[static_cast<std::size_t>(at)]);
    }
  }
  std::unordered_set<std::int64_t> there(episode.support.begin(), episode.support.end());
  there.insert(episode.query.begin(), episode.query.end());
  const auto taken = static_cast<std::int64_t>(there.size());
  for (const std::int64_t place : from) {
    const Class& of = classes_[task * labels_.size() + static_cast<std::size_t>(place)];
    const std::int64_t spare = taken + std::min(of.shared, static_cast<std::int64_t>(used.size()));
    std::int64_t drawn = 0;
    for (const std::int64_t at :
         rng.sample(of.size(), std::min(of.size(), shape_.unlabelled + spare))) {
      const auto example = static_cast<std::size_t>(at);
      if (there.contains(of.indices[example])) continue;
      if (of.shared > 0 && shared_texts_.contains(of.texts[example]) &&
          !used.insert(of.texts[example]).second)
        continue;
      episode.support.push_back(of.indices[example]);
      if (++drawn == shape_.unlabelled) break;
    }
  }
  episode.support_classes.resize(episode.support.size(), -1);
}

void EpisodeSampler::draw(Rng& rng, const Class& from, std::int32_t number,
                          std::unordered_set<std::uint64_t>& used, Episode& episode) const {
  const std::int64_t size = from.size();
  const std::int64_t spare = std::min(from.shared, static_cast<std::int64_t>(used.size()));
  thread_local std::vector<std::int64_t> drawn_of_thread;
  std::vector<std::int64_t>& drawn = drawn_of_thread;
  drawn.resize(static_cast<std::size_t>(std::min(size, needed() + spare)));
  rng.sample(size, drawn);
  if (from.shared > 0) {
    const auto meets = [&](std::int64_t place) {
      const std::uint64_t text = from.texts[static_cast<std::size_t>(place)];
      return shared_texts_.contains(text) && !used.insert(text).second;
    };
    // Beyond those that are needed none counts as used.
    auto kept = drawn.begin();
    for (auto place = drawn.begin(); place != drawn.end() && kept - drawn.begin() < needed();
         ++place) {
      if (!meets(*place)) *kept++ = *place;
    }
  }
  const auto shots = static_cast<std::size_t>(shape_.shots);
  const auto queries = static_cast<std::size_t>(shape_.natural ? 0 : shape_.queries);
  const auto fill = [&](std::span<const std::int64_t> places, std::vector<std::int64_t>& texts,
                        std::vector<std::int32_t>& classes) {
    const auto begin = static_cast<std::ptrdiff_t>(places.size()) * number;
    std::ranges::transform(places, texts.begin() + begin, [&](std::int64_t place) {
      return from.indices[static_cast<std::size_t>(place)];
    });
    std::fill_n(classes.begin() + begin, places.size(), number);
  };
  fill(std::span(drawn).first(shots), episode.support, episode.support_classes);
  fill(std::span(drawn).subspan(shots, queries), episode.query, episode.query_classes);
}

}  // namespace inkling
