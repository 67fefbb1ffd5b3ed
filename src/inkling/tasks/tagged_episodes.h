// Episodes of sentences with spans.
#pragma once

#include <memory>
#include <vector>

#include "inkling/data/span_episodes.h"
#include "inkling/tasks/task.h"

namespace inkling {

/// The sentences of a pool, each once: index is the place of its first example's text.
/// @param all  also those that have spans of types that are no label, and those without spans;
///             their types are those that are labels
std::vector<SpanExample> span_pool(const std::vector<PoolExample>& pool,
                                   const std::vector<std::vector<Span>>& spans,
                                   const std::vector<std::string>& labels, bool all);

/// Episodes of options.shape, whose shots and queries are spans a type: by label of shape.ways
/// types, single of all types; and all sentences as one task. Not uniform: an episode has as many
/// units as its sentences have words.
/// @throws Error usage where tasks are by group; as SpanEpisodeSampler
std::unique_ptr<EpisodeSource> tagged_episodes(SourceOptions options);

}  // namespace inkling
