// What a text encoder knows of the head and the tail of a pair, or of the predicate that a
// sentence's words are asked about (Batch::dense).
#pragma once

#include <cstdint>

#include "inkling/encoders/encoder.h"

namespace inkling {

/// A table of vectors of distances to the head, and one to the tail, each [2 farthest + 1, D]: the
/// parameters "encoder.head_distance" and "encoder.tail_distance".
struct DistanceOptions {
  std::int64_t dimensions = 0;  ///< D; 0: there are none
  std::int64_t farthest = 0;    ///< longer distances are this one
  bool predicate = false;  ///< units are words, and there is one table alone, of the distances to
                           ///< the predicate: "encoder.predicate_distance"

  /// Of what is known of a word's place.
  std::int64_t numbers() const { return predicate ? dimensions : 2 * dimensions; }
};

Params init_distances(const DistanceOptions& options, Key key, at::ScalarType dtype);

/// Of words at `places`, and mentions begin .. end, all of shapes that broadcast: 0 in the mention,
/// negative before it, positive behind it, clipped; plus `farthest`, so that they number rows.
Tensor mention_distances(const Tensor& places, const Tensor& begin, const Tensor& end,
                         std::int64_t farthest);

/// The vectors of the distances to head and tail of the first `length` words of each text.
/// @return  [E, U, L, 2 D]
/// Source: Zeng et al. 2014, section 3.4.
Tensor distance_vectors(const Params& params, const DistanceOptions& options, const Batch& batch,
                        std::int64_t length);

/// The same of texts laid end to end.
/// @param pairs    int64 [texts, 4]
/// @param offsets  int64 [texts + 1]: text i is the entries offsets[i] .. offsets[i + 1]
/// @param text     int64 [T], of each entry
/// @return         [T, 2 D]
Tensor distance_vectors_of_entries(const Params& params, const DistanceOptions& options,
                                   const Tensor& pairs, const Tensor& offsets, const Tensor& text);

/// The vectors of the words' distances to the predicate of their sentence.
/// @return  [E, U, D], of E episodes where the table has their axis, else of the batch's
Tensor predicate_vectors(const Params& params, const DistanceOptions& options, const Batch& batch);

/// The mean vector of the head's words, then that of the tail's, of the first L words of each text.
/// @param words  [E, U, L, D]
/// @return       [E, U, 2 D]; zeros of a mention that lies behind
Tensor mention_means(const Tensor& words, const Batch& batch);

/// Where the pieces of a text of a pair begin and end: up to the end of the mention that ends
/// first, from there to the end of the other, and the rest.
/// @param lengths  int64 [E, U]
/// @return         int64 [4, E, U], rising, the last the lengths
/// Source: Zeng et al. 2015, section 3.3.
Tensor piece_borders(const Batch& batch, const Tensor& lengths);

}  // namespace inkling
