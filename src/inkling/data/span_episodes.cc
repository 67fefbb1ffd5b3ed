#include "inkling/data/span_episodes.h"

#include <algorithm>
#include <map>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

constexpr int kAttempts = 100;

std::uint64_t bit_of(std::int32_t type) {
  return std::uint64_t{1} << (type % 64);
}

}  // namespace

SpanEpisodeSampler::SpanEpisodeSampler(std::vector<SpanExample> pool, SpanEpisodeShape shape,
                                       std::vector<std::string> type_names)
    : pool_(std::move(pool)), shape_(shape), type_names_(std::move(type_names)) {
  if (shape_.ways < 1 || shape_.shots < 1 || shape_.queries < 1) {
    throw Error(ErrorKind::usage, "an episode needs a type, a shot and a query at least",
                {"", 0, "ways"});
  }
  std::map<std::int32_t, std::int64_t> spans;
  first_of_.resize(type_names_.size());
  for (std::size_t i = 0; i < pool_.size(); ++i) {
    auto& types = pool_[i].types;
    for (const std::int32_t type : types) ++spans[type];
    if (types.empty()) continue;
    std::ranges::sort(types);
    std::uint64_t kinds = 0;
    for (const std::int32_t type : types) kinds |= bit_of(type);
    first_of_.at(static_cast<std::size_t>(types.front()))
        .push_back({static_cast<std::int64_t>(i), kinds});
  }
  const std::int64_t needed = shape_.shots + shape_.queries;
  for (const auto& [type, count] : spans) {
    types_.push_back(type);
    if (count >= needed) continue;
    throw Error(
        ErrorKind::data,
        cat("type '", type_names_[static_cast<std::size_t>(type)], "' has ", count, " spans, and ",
            shape_.shots, " shots and ", shape_.queries, " queries need ", needed),
        {}, "ask for fewer shots or queries, or leave the type out");
  }
  if (std::ssize(types_) < shape_.ways) {
    throw Error(ErrorKind::usage,
                cat(types_.size(), " types make no tasks of ", shape_.ways, " ways"),
                {"", 0, "ways"}, "ask for fewer ways, or give data with more types");
  }
}

bool SpanEpisodeSampler::fill(Rng& rng, const std::vector<std::int32_t>& place_of_type,
                              std::int64_t shots, std::vector<std::int64_t>& order,
                              std::vector<std::uint64_t>& texts,
                              std::vector<std::int64_t>& found) const {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(shape_.ways), 0);
  std::vector<std::int64_t> with;
  std::int64_t whole = 0;
  std::size_t kept = 0;
  std::size_t i = 0;
  for (; i < order.size() && whole < shape_.ways; ++i) {
    std::swap(order[i], order[i + rng.below(order.size() - i)]);
    const SpanExample& sentence = pool_[static_cast<std::size_t>(order[i])];
    with = counts;
    for (const std::int32_t type : sentence.types) {
      ++with[static_cast<std::size_t>(place_of_type[static_cast<std::size_t>(type)])];
    }
    bool wanted = std::ranges::find(texts, sentence.text) == texts.end();
    bool needed = false;
    for (std::size_t c = 0; c < counts.size() && wanted; ++c) {
      wanted = with[c] == counts[c] || with[c] <= 2 * shots;
      needed = needed || (with[c] > counts[c] && counts[c] < shots);
    }
    if (!wanted || !needed) {
      order[kept++] = order[i];
      continue;
    }
    counts = with;
    whole = std::ranges::count_if(counts, [&](std::int64_t count) { return count >= shots; });
    found.push_back(sentence.index);
    texts.push_back(sentence.text);
  }
  // No more than were drawn are missing: what was not drawn follows.
  while (i < order.size()) order[kept++] = order[i++];
  order.resize(kept);
  return whole == shape_.ways;
}

Episode SpanEpisodeSampler::at(Key key, std::uint64_t i) const {
  const Key own = key.fold(i);
  std::vector<std::int32_t> place_of_type(type_names_.size());
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Rng rng(own.fold(static_cast<std::uint64_t>(attempt)));
    Episode episode;
    std::ranges::fill(place_of_type, -1);
    for (const std::int64_t place : rng.sample(std::ssize(types_), shape_.ways)) {
      const std::int32_t type = types_[static_cast<std::size_t>(place)];
      place_of_type[static_cast<std::size_t>(type)] =
          static_cast<std::int32_t>(episode.labels.size());
      episode.labels.push_back(type);
    }
    std::uint64_t kinds = 0;
    for (const std::int32_t type : episode.labels) kinds |= bit_of(type);
    const auto fits = [&](std::int64_t sentence) {
      const auto known = [&](std::int32_t type) {
        return place_of_type[static_cast<std::size_t>(type)] >= 0;
      };
      return std::ranges::all_of(pool_[static_cast<std::size_t>(sentence)].types, known);
    };
    // Of up to 64 types the bits say it all.
    const bool exact = type_names_.size() <= 64;
    std::vector<std::int64_t> order;
    for (const std::int32_t type : episode.labels) {
      for (const Candidate& one : first_of_[static_cast<std::size_t>(type)]) {
        if ((one.kinds & ~kinds) == 0 && (exact || fits(one.place))) order.push_back(one.place);
      }
    }
    std::vector<std::uint64_t> texts;
    if (!fill(rng, place_of_type, shape_.shots, order, texts, episode.support)) continue;
    if (fill(rng, place_of_type, shape_.queries, order, texts, episode.query)) return episode;
  }
  throw Error(ErrorKind::data,
              cat("no ", shape_.ways, " types were found, in ", kAttempts,
                  " tries, of which sentences without other types hold ", shape_.shots,
                  " spans each and ", shape_.queries, " more"),
              {}, "ask for fewer ways, shots or queries, or give more sentences");
}

}  // namespace inkling
