#include "inkling/encoders/mentions.h"

#include <array>

#include "inkling/nn/layers.h"

namespace inkling {
namespace {

constexpr std::array<const char*, 2> kTables = {"encoder.head_distance", "encoder.tail_distance"};
constexpr const char* kPredicateTable = "encoder.predicate_distance";
constexpr double kScale = 0.5;

/// Where a mention begins (0) or ends (1), of head (0) or tail (1). @return int64 [E, U]
Tensor border(const Batch& batch, std::int64_t mention, std::int64_t side) {
  return batch.dense.select(2, 2 * mention + side);
}

}  // namespace

Params init_distances(const DistanceOptions& options, Key key, at::ScalarType dtype) {
  Params params;
  if (options.dimensions == 0) return params;
  const auto drawn = [&](std::uint64_t stream) {
    return uniform(key.fold(stream), {2 * options.farthest + 1, options.dimensions}, -kScale,
                   kScale, at::TensorOptions().dtype(dtype));
  };
  if (options.predicate) return {{kPredicateTable, drawn(0)}};
  for (std::size_t i = 0; i < kTables.size(); ++i) params.set(kTables[i], drawn(i));
  return params;
}

Tensor mention_distances(const Tensor& places, const Tensor& begin, const Tensor& end,
                         std::int64_t farthest) {
  const Tensor distance = (places - begin).clamp_max(0) + (places - end + 1).clamp_min(0);
  return distance.clamp(-farthest, farthest) + farthest;
}

Tensor distance_vectors(const Params& params, const DistanceOptions& options, const Batch& batch,
                        std::int64_t length) {
  const Tensor places = at::arange(length, batch.dense.options());
  std::vector<Tensor> vectors;
  for (std::size_t i = 0; i < kTables.size(); ++i) {
    const auto mention = static_cast<std::int64_t>(i);
    vectors.push_back(
        lookup(params.at(kTables[i]),
               mention_distances(places, border(batch, mention, 0).unsqueeze(-1),
                                 border(batch, mention, 1).unsqueeze(-1), options.farthest)));
  }
  return at::cat(vectors, -1);
}

Tensor distance_vectors_of_entries(const Params& params, const DistanceOptions& options,
                                   const Tensor& pairs, const Tensor& offsets, const Tensor& text) {
  const Tensor places = at::arange(text.size(0), text.options()) - offsets.index_select(0, text);
  std::vector<Tensor> vectors;
  for (std::size_t i = 0; i < kTables.size(); ++i) {
    const auto begin = 2 * static_cast<std::int64_t>(i);
    const auto of_entries = [&](std::int64_t column) {
      return pairs.select(1, column).index_select(0, text);
    };
    const Tensor rows =
        mention_distances(places, of_entries(begin), of_entries(begin + 1), options.farthest);
    vectors.push_back(params.at(kTables[i]).index_select(0, rows));
  }
  return at::cat(vectors, 1);
}

Tensor predicate_vectors(const Params& params, const DistanceOptions& options, const Batch& batch) {
  const Tensor rows = batch.dense.clamp(-options.farthest, options.farthest) + options.farthest;
  return lookup(params.at(kPredicateTable), rows.squeeze(-1));
}

Tensor mention_means(const Tensor& words, const Batch& batch) {
  const Tensor places = at::arange(words.size(2), batch.dense.options());
  std::vector<Tensor> means;
  for (const std::int64_t mention : {0, 1}) {
    const Tensor inside = (places >= border(batch, mention, 0).unsqueeze(-1))
                              .logical_and(places < border(batch, mention, 1).unsqueeze(-1))
                              .to(words.scalar_type());
    const Tensor share = inside / inside.sum(-1, true).clamp_min(1);
    means.push_back(at::matmul(share.unsqueeze(2), words).squeeze(2));
  }
  return at::cat(means, -1);
}

Tensor piece_borders(const Batch& batch, const Tensor& lengths) {
  const Tensor head = at::minimum(border(batch, 0, 1), lengths);
  const Tensor tail = at::minimum(border(batch, 1, 1), lengths);
  return at::stack(
      {at::zeros_like(lengths), at::minimum(head, tail), at::maximum(head, tail), lengths});
}

}  // namespace inkling
