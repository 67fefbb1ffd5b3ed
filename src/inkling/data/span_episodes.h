// Tasks of sentences with labelled spans: N types, each K to 2K times in the support.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inkling/data/episodes.h"

namespace inkling {

/// What the sampler knows of a sentence.
struct SpanExample {
  std::int64_t index = 0;           ///< given back in Episode
  std::vector<std::int32_t> types;  ///< of each of its spans, in any order; may be empty
  std::uint64_t text = 0;  ///< equal texts have equal values: they never meet in one episode
};

struct SpanEpisodeShape {
  std::int64_t ways = 5;
  std::int64_t shots = 1;    ///< K: spans of each type in the support; at most 2 K
  std::int64_t queries = 1;  ///< the same of the query
};

/// Draws episodes by greedy search: of the sentences whose spans are all of the task's types, in
/// random order, each is taken that has a type of which there are fewer than K, unless a type would
/// then be there more than 2 K times. It ends when each type is there K times. A sentence that is
/// refused once would be later too, so that the order, drawn once, gives what drawing again and
/// again does. Immutable; safe from several threads.
/// Source: Ding et al. 2021 (Few-NERD), section 4 and its sampler.
class SpanEpisodeSampler {
 public:
  /// @param type_names  for messages and Episode::labels
  /// @throws Error usage where the pool has fewer types than shape.ways, or a number is not
  ///         positive; data naming the type and how many spans it has, where it has fewer than
  ///         support and query need
  SpanEpisodeSampler(std::vector<SpanExample> pool, SpanEpisodeShape shape,
                     std::vector<std::string> type_names);

  /// Episode number i, a pure function of (key, i): support and query are sentences, `labels` the
  /// types, and the classes of sentences are empty. Types of which no episode can be made together
  /// are drawn anew.
  /// @throws Error data where that happens a hundred times in a row
  Episode at(Key key, std::uint64_t i) const;

  const SpanEpisodeShape& shape() const { return shape_; }

 private:
  /// What is known of a sentence where it is one of very many.
  struct Candidate {
    std::int64_t place;   ///< in pool_
    std::uint64_t kinds;  ///< bit i: it has a type whose number is i, modulo 64
  };

  /// Draws sentences of `order` one after the other, without those of them that were taken, until
  /// each type is there `shots` times. Those that were not stay in `order`, in any order.
  /// @param taken  whether a text was taken already; grows
  /// @return       whether it is whole
  bool fill(Rng& rng, const std::vector<std::int32_t>& place_of_type, std::int64_t shots,
            std::vector<std::int64_t>& order, std::vector<std::uint64_t>& texts,
            std::vector<std::int64_t>& found) const;

  std::vector<SpanExample> pool_;
  SpanEpisodeShape shape_;
  std::vector<std::string> type_names_;
  std::vector<std::int32_t> types_;               ///< those that occur, rising
  std::vector<std::vector<Candidate>> first_of_;  ///< by type: sentences whose least type it is
};

}  // namespace inkling
