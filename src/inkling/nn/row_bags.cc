#include "inkling/nn/row_bags.h"

#include <tuple>

#include "inkling/nn/by_text.h"

namespace inkling {

RowBags row_bags(const Batch& batch) {
  RowBags made;
  made.bags = batch;
  Words& words = made.bags.words;
  std::tie(made.rows, words.ids) = at::_unique(batch.words.ids, true, true);
  const Tensor order = at::argsort(words.ids, /*stable=*/true);
  const Tensor counts = at::bincount(words.ids, {}, made.rows.size(0));
  made.of_rows.ids = text_of_entries(words.offsets, words.ids.size(0)).index_select(0, order);
  made.of_rows.weights = words.weights.index_select(0, order);
  made.of_rows.offsets = at::cat({at::zeros({1}, counts.options()), counts.cumsum(0)});
  return made;
}

Batch rows_alone(std::int64_t count, at::ScalarType dtype) {
  Batch made{1, count, {}, {}};
  made.words.ids = at::arange(count);
  made.words.weights = at::ones({count}, at::TensorOptions(dtype));
  made.words.offsets = at::arange(count + 1);
  made.words.longest = 1;
  return made;
}

}  // namespace inkling
