#include "inkling/nn/units.h"

#include <vector>

namespace inkling {

Batch units_of(const Batch& batch, std::int64_t begin, std::int64_t count) {
  Batch part;
  part.episodes = batch.episodes;
  part.units = count;
  if (batch.dense.defined()) part.dense = batch.dense.narrow(1, begin, count);
  const Words& words = batch.words;
  if (!words.offsets.defined()) return part;
  const auto pieces = [&](const Tensor& of_entries) {
    std::vector<Tensor> all;
    for (std::int64_t e = 0; e < batch.episodes; ++e) {
      const auto at = [&](std::int64_t unit) {
        return words.offsets[e * batch.units + unit].item<std::int64_t>();
      };
      all.push_back(of_entries.slice(0, at(begin), at(begin + count)));
    }
    return at::cat(all);
  };
  const Tensor lengths =
      words.offsets.diff().reshape({batch.episodes, batch.units}).narrow(1, begin, count);
  part.words.ids = pieces(words.ids);
  part.words.weights = pieces(words.weights);
  if (words.frequencies.defined()) part.words.frequencies = pieces(words.frequencies);
  part.words.offsets =
      at::cat({at::zeros({1}, lengths.options()), lengths.reshape({-1}).cumsum(0)});
  part.words.longest = count > 0 ? lengths.max().item<std::int64_t>() : 0;
  return part;
}

}  // namespace inkling
