// Small batches of texts for tests.
#pragma once

#include <algorithm>

#include "inkling/nn/batch.h"
#include "inkling/tensor/test_help.h"

namespace inkling::testing_help {

using Texts = std::vector<std::vector<std::int64_t>>;

/// The texts' ids as a batch of `episodes` episodes, each entry's weight one over its text's
/// length.
inline Batch batch_of(std::int64_t episodes, const Texts& texts) {
  Batch batch;
  batch.episodes = episodes;
  batch.units = static_cast<std::int64_t>(texts.size()) / episodes;
  std::vector<std::int64_t> ids;
  std::vector<std::int64_t> offsets = {0};
  std::vector<double> weights;
  for (const auto& text : texts) {
    for (const std::int64_t id : text) {
      ids.push_back(id);
      weights.push_back(1.0 / static_cast<double>(text.size()));
    }
    offsets.push_back(static_cast<std::int64_t>(ids.size()));
    batch.words.longest = std::max(batch.words.longest, static_cast<std::int64_t>(text.size()));
  }
  batch.words.ids = tensor_of(ids);
  batch.words.weights = tensor_of(weights);
  batch.words.offsets = tensor_of(offsets);
  return batch;
}

}  // namespace inkling::testing_help
