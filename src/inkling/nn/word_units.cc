#include "inkling/nn/word_units.h"

#include <vector>

#include "inkling/nn/by_text.h"

namespace inkling {

Batch words_as_texts(const Batch& sentences) {
  Batch made;
  made.episodes = sentences.episodes;
  made.units = sentences.units;
  const Words& words = sentences.words;
  made.words.ids = words.ids;
  made.words.weights = at::ones_like(words.weights);
  made.words.offsets = at::arange(words.ids.size(0) + 1, words.offsets.options());
  made.words.longest = words.ids.size(0) > 0 ? 1 : 0;
  made.words.frequencies = words.frequencies;
  return made;
}

Tensor word_windows(const Tensor& x, const Tensor& offsets, std::int64_t width) {
  const std::int64_t words = x.size(1);
  const Tensor sentence = text_of_entries(offsets, words);
  const Tensor begins = offsets.index_select(0, sentence);
  const Tensor ends = offsets.index_select(0, sentence + 1);
  const Tensor places = at::arange(words, offsets.options());
  // Row `words` is zeros: what stands beyond a sentence.
  const Tensor padded = at::cat({x, at::zeros({x.size(0), 1, x.size(2)}, x.options())}, 1);
  std::vector<Tensor> beside;
  for (std::int64_t k = 0; k < width; ++k) {
    const Tensor at = places + (k - (width - 1) / 2);
    const Tensor inside = at::logical_and(at >= begins, at < ends);
    beside.push_back(padded.index_select(1, at::where(inside, at, at::full_like(at, words))));
  }
  return at::cat(beside, -1);
}

}  // namespace inkling
