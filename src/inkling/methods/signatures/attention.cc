#include "inkling/methods/signatures/attention.h"

#include <cmath>

#include "inkling/base/error.h"
#include "inkling/nn/by_text.h"
#include "inkling/nn/lstm.h"

namespace inkling::signatures {
namespace {

/// The importance of each entry to its episode's task: 1 / H(softmax(v^T w)). @return [T]
Tensor importance(const Tensor& table, const Tensor& target, const Batch& batch,
                  const Tensor& text) {
  const Tensor likely = at::log_softmax(at::matmul(table, target), -1);  // [E, R, C]
  const Tensor entropy = -(likely.exp() * likely).sum(-1).reshape({-1});
  const Tensor row = text.div(batch.units, "floor") * table.size(0) + batch.words.ids;
  return 1 / entropy.index_select(0, row).clamp_min(1e-6);
}

}  // namespace

Params attention_init(Key key, std::int64_t hidden, const std::string& prefix,
                      at::TensorOptions options) {
  const double limit = 1 / std::sqrt(static_cast<double>(hidden));
  const auto drawn = [&](std::uint64_t stream, at::IntArrayRef shape) {
    return uniform(key.fold(stream), shape, -limit, limit, options);
  };
  return {{prefix + "input", drawn(0, {2, 2, 4 * hidden})},
          {prefix + "recurrent", drawn(1, {2, hidden, 4 * hidden})},
          {prefix + "gates", drawn(2, {2, 4 * hidden})},
          {prefix + "attention", drawn(3, {2 * hidden})}};
}

Batch attended(const Params& params, const std::string& prefix, const Tensor& table,
               const Tensor& target, const Tensor& rarity, const Batch& batch) {
  if (!batch.words.frequencies.defined()) {
    throw Error(ErrorKind::internal, "the words of a batch have no frequencies");
  }
  Batch made = batch;
  if (batch.words.longest == 0) return made;
  const Tensor text = text_of_entries(batch.words.offsets, batch.words.ids.size(0));
  const Tensor rare = rarity / (rarity + batch.words.frequencies.to(table.scalar_type()));
  const Tensor two = at::stack({rare, importance(table, target, batch, text)}, -1);  // [T, 2]
  const Tensor states = bidirectional_lstm(
      two, batch.words.offsets,
      {params.at(prefix + "input"), params.at(prefix + "recurrent"), params.at(prefix + "gates")});
  made.words.weights = softmax_by_text(at::matmul(states, params.at(prefix + "attention")),
                                       batch.words.offsets, text, batch.words.longest);
  return made;
}

}  // namespace inkling::signatures
