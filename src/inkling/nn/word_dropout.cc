#include "inkling/nn/word_dropout.h"

#include "inkling/nn/by_text.h"

namespace inkling {
namespace {

/// Whether each entry is a word of its text's head or tail.
Tensor in_mentions(const Batch& batch, const Tensor& text) {
  const Tensor marks = batch.dense.reshape({-1, 4}).index_select(0, text);
  const Tensor place =
      at::arange(text.size(0), text.options()) - batch.words.offsets.index_select(0, text);
  const auto within = [&](std::int64_t begin) {
    return place.ge(marks.select(1, begin)).logical_and(place.lt(marks.select(1, begin + 1)));
  };
  return within(0).logical_or(within(2));
}

/// Where heads and tails begin and end among the words that stay.
Tensor moved_marks(const Batch& batch, const Tensor& stays) {
  const Tensor before = at::cat({at::zeros({1}, batch.dense.options()), stays.cumsum(0)});
  const Tensor starts = batch.words.offsets.slice(0, 0, -1).unsqueeze(1);
  const Tensor ends = batch.words.offsets.slice(0, 1).unsqueeze(1);
  const Tensor places = at::minimum(batch.dense.reshape({-1, 4}) + starts, ends);
  const auto count = [&](const Tensor& at) {
    return before.index_select(0, at.reshape({-1})).reshape(at.sizes());
  };
  return (count(places) - count(starts)).reshape(batch.dense.sizes());
}

}  // namespace

Batch word_dropout(const Batch& batch, double rate, Key key) {
  const Words& words = batch.words;
  if (rate <= 0 || !words.ids.defined() || words.ids.numel() == 0) return batch;
  const std::int64_t texts = words.offsets.size(0) - 1;
  const Tensor text = text_of_entries(words.offsets, words.ids.size(0));
  const Tensor chance =
      uniform(key, words.ids.sizes(), 0, 1, words.ids.options().dtype(at::kDouble));
  const Tensor highest =
      at::zeros({texts}, chance.options()).scatter_reduce(0, text, chance, "amax");
  Tensor stays = chance.ge(rate).logical_or(chance.eq(highest.index_select(0, text)));
  const bool pairs = batch.dense.defined();
  if (pairs) stays = stays.logical_or(in_mentions(batch, text));
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
  if (pairs) kept.dense = moved_marks(batch, stays);
  if (words.frequencies.defined()) {
    kept.words.frequencies = words.frequencies.index_select(0, places);
  }
  return kept;
}

}  // namespace inkling
