#include <vector>

#include <ATen/Dispatch.h>

#include "inkling/nn/bag.h"

namespace inkling {
namespace {

/// An episode at a time: b's word vectors side by side by row, then a's entries read them.
template <class T>
void overlap_of(T* out, const Batch& a, const Batch& b, std::int64_t rows) {
  std::vector<T> vectors(static_cast<std::size_t>(rows * b.units), T(0));
  const auto visit = [](const Batch& batch, std::int64_t episode, auto f) {
    const auto* ids = batch.words.ids.const_data_ptr<std::int64_t>();
    const auto* weights = batch.words.weights.const_data_ptr<T>();
    const auto* offsets = batch.words.offsets.const_data_ptr<std::int64_t>();
    for (std::int64_t unit = 0; unit < batch.units; ++unit) {
      const auto* text = offsets + episode * batch.units + unit;
      for (std::int64_t i = text[0]; i < text[1]; ++i) f(unit, ids[i], weights[i]);
    }
  };
  for (std::int64_t episode = 0; episode < a.episodes; ++episode, out += a.units * b.units) {
    visit(b, episode, [&](std::int64_t unit, std::int64_t row, T weight) {
      vectors[static_cast<std::size_t>(row * b.units + unit)] += weight;
    });
    visit(a, episode, [&](std::int64_t unit, std::int64_t row, T weight) {
      const T* from = vectors.data() + row * b.units;
      T* to = out + unit * b.units;
      for (std::int64_t i = 0; i < b.units; ++i) to[i] += weight * from[i];
    });
    visit(b, episode, [&](std::int64_t unit, std::int64_t row, T) {
      vectors[static_cast<std::size_t>(row * b.units + unit)] = 0;
    });
  }
}

}  // namespace

Tensor overlap(const Batch& a, const Batch& b, std::int64_t rows) {
  const torch::autograd::AutoGradMode off(false);
  const auto options = b.words.weights.options();
  if (options.device().is_cpu() && a.words.weights.scalar_type() == b.words.weights.scalar_type()) {
    Tensor out = at::zeros({a.episodes, a.units, b.units}, options);
    AT_DISPATCH_FLOATING_TYPES(out.scalar_type(), "overlap",
                               [&] { overlap_of(out.data_ptr<scalar_t>(), a, b, rows); });
    return out;
  }
  // The support's word vectors as a table [E, R, Ub]: then the overlap is a bag of it.
  const Tensor each = at::eye(b.units, options).expand({b.episodes, b.units, b.units});
  return bag(unbag(each, b, rows), a);
}

}  // namespace inkling
