// What a model reads: the units of E episodes, and what is to be said of them.
#pragma once

#include <cstdint>

#include "inkling/tensor/tensor.h"

namespace inkling {

/// The texts of a batch as one sparse matrix: text i is the entries offsets[i] .. offsets[i + 1].
struct Words {
  Tensor ids;      ///< int64 [T]: rows of the model's table
  Tensor weights;  ///< float [T]: an entry's weight in its text's mean; they sum to one, half of it
                   ///< on words and half on hashed n-grams where a text has both
  Tensor offsets;  ///< int64 [texts + 1]
  std::int64_t longest = 0;  ///< entries of the longest text
  Tensor frequencies;  ///< float [T]: an entry's share of all that was counted in meta-training;
                       ///< undefined where the method does not weigh words (Traits)
};

/// E episodes of U units each, episode by episode.
struct Batch {
  std::int64_t episodes = 0;
  std::int64_t units = 0;
  Words words;  ///< of a text task: episodes * units texts
  /// Of another: [E, U, F]. Of texts of a pair (text/pair_text.h), int64 [E, U, 4]: where head and
  /// tail begin and end. Of words beside a predicate, int64 [1, U, 1]: the distance to it.
  Tensor dense;
};

struct Targets {
  Tensor classes;          ///< int64 [E, U], or undefined
  Tensor values;           ///< [E, U, K], or undefined
  Tensor shares = {};      ///< [E, U, C]: a teacher's probabilities of the classes, or undefined
  Tensor labelled = {};    ///< [E, U] beside shares: the part of the loss that is the class's own,
                           ///< the rest being that of the shares; undefined: none
  Tensor weights = {};     ///< [E, U], of each unit in the mean loss; undefined: all 1
  double temperature = 1;  ///< at which scores are held against the shares
};

/// Of each episode the units of `a`, then those of `b`.
Batch joined(const Batch& a, const Batch& b);
Targets joined(const Targets& a, const Targets& b);

/// The support and the query of E episodes.
struct Record {
  Batch support;
  Targets support_targets;
  Batch query;
  Targets query_targets;
  /// int64 [R], rising: the rows of the model's table that the ids mean; id i is row rows[i].
  /// Undefined where ids are rows.
  Tensor rows;

  std::int64_t classes = 0;  ///< of each episode; 0 where the task has none
  /// Whether class c differs in meaning from episode to episode (tasks by label), so that no
  /// trained head fits.
  bool new_classes = false;

  std::int64_t episodes() const { return query.episodes; }
};

}  // namespace inkling
