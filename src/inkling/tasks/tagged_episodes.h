// Episodes of sentences with spans.
#pragma once

#include <memory>
#include <vector>

#include "inkling/data/span_episodes.h"
#include "inkling/tasks/task.h"

namespace inkling {

/// The sentences of a pool, each once, or once for each predicate: index is the place of its first
/// example's text.
/// @param all  also those that have spans of types that are no label, and those without spans;
///             their types are those that are labels
std::vector<SpanExample> span_pool(const std::vector<PoolExample>& pool,
                                   const std::vector<std::vector<Span>>& spans,
                                   const std::vector<std::string>& labels, bool all);

/// Episodes of options.shape, and all sentences as one task. By label of shape.ways types, and
/// single of all types, shots and queries are spans a type; by group they are sentences of the
/// group, whatever their spans, and groups of which there are fewer different sentences make none.
/// Not uniform: an episode has as many units as its sentences have words.
/// @param predicates  as TaggedRecords; tasks are then not by label
/// @throws Error usage where tasks are by group without predicates, or by label with them; data,
///         where no group has sentences enough, naming the largest; as SpanEpisodeSampler
std::unique_ptr<EpisodeSource> tagged_episodes(SourceOptions options, bool predicates = false);

/// Sentences of groups, as tagged_episodes draws them.
/// @throws Error data, where no group has sentences enough
EpisodeSampler sentences_of_groups(const std::vector<PoolExample>& pool,
                                   const std::vector<std::vector<Span>>& spans,
                                   const EpisodeShape& shape,
                                   const std::vector<std::string>& groups);

}  // namespace inkling
