#include "inkling/nn/batch.h"

#include <algorithm>

#include "inkling/base/error.h"

namespace inkling {
namespace {

/// Side by side along the units; either may be undefined where it has none.
Tensor beside(const Tensor& a, const Tensor& b) {
  if (!a.defined()) return b;
  if (!b.defined()) return a;
  return at::cat({a, b}, 1);
}

/// The entries of a and b, episode by episode, of one of the tensors that have one each.
Tensor beside_entries(const Batch& a, const Batch& b, Tensor Words::* part) {
  std::vector<Tensor> pieces;
  for (std::int64_t e = 0; e < a.episodes; ++e) {
    for (const Batch* batch : {&a, &b}) {
      const auto at = [&](std::int64_t episode) {
        return batch->words.offsets[episode * batch->units].item<std::int64_t>();
      };
      pieces.push_back((batch->words.*part).slice(0, at(e), at(e + 1)));
    }
  }
  return at::cat(pieces);
}

Words joined_words(const Batch& a, const Batch& b) {
  const auto lengths = [](const Batch& batch) {
    return batch.words.offsets.diff().reshape({batch.episodes, batch.units});
  };
  const Tensor all = at::cat({lengths(a), lengths(b)}, 1).reshape({-1});
  Words words;
  words.ids = beside_entries(a, b, &Words::ids);
  words.weights = beside_entries(a, b, &Words::weights);
  words.offsets = at::cat({at::zeros({1}, all.options()), all.cumsum(0)});
  words.longest = std::max(a.words.longest, b.words.longest);
  if (a.words.frequencies.defined() && b.words.frequencies.defined()) {
    words.frequencies = beside_entries(a, b, &Words::frequencies);
  }
  return words;
}

/// Of batches of one episode whose units are words.
Batch joined_sentences(const Batch& a, const Batch& b) {
  if (a.episodes != 1 || b.episodes != 1) {
    throw Error(ErrorKind::internal, "sentences of several episodes are joined");
  }
  Batch both;
  both.episodes = 1;
  both.units = a.units + b.units;
  both.words.ids = at::cat({a.words.ids, b.words.ids});
  both.words.weights = at::cat({a.words.weights, b.words.weights});
  both.words.offsets = at::cat({a.words.offsets, b.words.offsets.slice(0, 1) + a.units});
  both.words.longest = std::max(a.words.longest, b.words.longest);
  if (a.words.frequencies.defined() && b.words.frequencies.defined()) {
    both.words.frequencies = at::cat({a.words.frequencies, b.words.frequencies});
  }
  return both;
}

}  // namespace

Batch joined(const Batch& a, const Batch& b) {
  const auto texts = [](const Batch& batch) { return batch.words.offsets.size(0) - 1; };
  if (a.words.offsets.defined() && b.words.offsets.defined() &&
      (texts(a) != a.episodes * a.units || texts(b) != b.episodes * b.units)) {
    return joined_sentences(a, b);
  }
  Batch both;
  both.episodes = a.episodes;
  both.units = a.units + b.units;
  both.dense = beside(a.dense, b.dense);
  if (a.words.offsets.defined() && b.words.offsets.defined()) both.words = joined_words(a, b);
  return both;
}

Targets joined(const Targets& a, const Targets& b) {
  if (a.shares.defined() != b.shares.defined() || a.labelled.defined() != b.labelled.defined() ||
      a.weights.defined() != b.weights.defined() || a.temperature != b.temperature) {
    throw Error(ErrorKind::internal, "targets of different kinds are joined");
  }
  return {beside(a.classes, b.classes),   beside(a.values, b.values),   beside(a.shares, b.shares),
          beside(a.labelled, b.labelled), beside(a.weights, b.weights), a.temperature};
}

}  // namespace inkling
