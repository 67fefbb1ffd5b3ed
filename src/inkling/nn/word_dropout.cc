#include "inkling/nn/word_dropout.h"

#include "inkling/nn/by_text.h"

namespace inkling {

Batch word_dropout(const Batch& batch, double rate, Key key) {
  const Words& words = batch.words;
  if (rate <= 0 || !words.ids.defined() || words.ids.numel() == 0) return batch;
  const std::int64_t texts = words.offsets.size(0) - 1;
  const Tensor text = text_of_entries(words.offsets, words.ids.size(0));
  const Tensor chance =
      uniform(key, words.ids.sizes(), 0, 1, words.ids.options().dtype(at::kDouble));
  const Tensor highest =
      at::zeros({texts}, chance.options()).scatter_reduce(0, text, chance, "amax");
  const Tensor stays = chance.ge(rate).logical_or(chance.eq(highest.index_select(0, text)));
  const Tensor places = stays.nonzero().squeeze(1);
  const Tensor text_left = text.index_select(0, places);
  const Tensor left = words.weights.index_select(0, places);
  const auto sums = [&](const Tensor& values, const Tensor& of) {
    return at::zeros({texts}, values.options()).index_add(0, of, values);
  };
  const Tensor before = sums(words.weights, text);
  const Tensor after = sums(left, text_left);
  const Tensor none = after.eq(0);
  const Tensor grow = at::where(none, 1, before / after.masked_fill(none, 1));
  const Tensor lengths = sums(at::ones_like(text_left), text_left);

  Batch kept = batch;
  kept.words.ids = words.ids.index_select(0, places);
  kept.words.weights = left * grow.index_select(0, text_left);
  kept.words.offsets = at::cat({at::zeros({1}, lengths.options()), lengths.cumsum(0)});
  kept.words.longest = lengths.max().item<std::int64_t>();
  if (words.frequencies.defined()) {
    kept.words.frequencies = words.frequencies.index_select(0, places);
  }
  return kept;
}

}  // namespace inkling
