// A linear chain over the tags of a sentence: a conditional random field's sums and best paths,
// over sentences of any length, laid end to end.
#pragma once

#include "inkling/tensor/tensor.h"

namespace inkling {

/// What a path gets beside its tags' scores. All have a leading axis of episodes [E, ...] or none
/// does; with it the sentences are E equal runs, one an episode. Minus infinity forbids.
struct ChainWeights {
  Tensor transitions;  ///< [C, C]: from a tag, to the next one
  Tensor starts;       ///< [C]: of the first tag
  Tensor ends;         ///< [C]: of the last one
};

/// log of the sum, over all paths, of exp(path's score): for each sentence; 0 of an empty one.
/// Differentiable to any order: the first derivative is the tags' and transitions' probabilities,
/// the second that of these along a direction, both by loops in double precision; higher ones go
/// through the twin. Ways whose scores at one tag differ by more than 700 are as if forbidden;
/// minus infinity where every path is.
/// @param scores   [T, C]: sentence n is the rows offsets[n] .. offsets[n + 1]
/// @param offsets  int64 [N + 1], rising from 0 to T
/// @return         [N]
/// Source: Lafferty, McCallum, Pereira 2001.
Tensor log_partition(const Tensor& scores, const Tensor& offsets, const ChainWeights& weights);

/// The same by operators, a position at a time: for other devices and for derivatives of
/// derivatives of derivatives.
Tensor log_partition_by_operators(const Tensor& scores, const Tensor& offsets,
                                  const ChainWeights& weights);

/// The score of the path `tags`, int64 [T], of each sentence. @return [N]
/// The loss of a sentence is log_partition less this.
Tensor path_score(const Tensor& scores, const Tensor& tags, const Tensor& offsets,
                  const ChainWeights& weights);

/// The probability of each tag at each place, over all paths. Without a graph. @return [T, C]
Tensor tag_probabilities(const Tensor& scores, const Tensor& offsets, const ChainWeights& weights);

/// The path of the highest score of each sentence; of equal ones, the tag that comes first.
/// Where all are forbidden, the tags are any. @return int64 [T]
/// Source: Viterbi 1967.
Tensor best_path(const Tensor& scores, const Tensor& offsets, const ChainWeights& weights);

}  // namespace inkling
