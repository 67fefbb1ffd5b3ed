#include "inkling/nn/by_text.h"

namespace inkling {

Tensor text_of_entries(const Tensor& offsets, std::int64_t entries) {
  const Tensor lengths = offsets.diff();
  return at::repeat_interleave(at::arange(lengths.size(0), offsets.options()), lengths, 0, entries);
}

Tensor softmax_by_text(const Tensor& logits, const Tensor& offsets, const Tensor& text,
                       std::int64_t longest) {
  constexpr double kNone = -1e30;
  const std::int64_t texts = offsets.size(0) - 1;
  const Tensor starts = offsets.narrow(0, 0, texts);
  const Tensor shift = at::arange(texts, offsets.options()) * longest - starts;
  const Tensor place = at::arange(logits.size(0), offsets.options()) + shift.index_select(0, text);
  return at::full({texts * longest}, kNone, logits.options())
      .scatter(0, place, logits)
      .reshape({-1, longest})
      .softmax(-1)
      .reshape({-1})
      .gather(0, place);
}

Tensor sum_by_text(const Tensor& values, const Tensor& text, std::int64_t texts) {
  return at::zeros({texts, values.size(1)}, values.options()).index_add(0, text, values);
}

}  // namespace inkling
