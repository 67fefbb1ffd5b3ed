#include "inkling/methods/signatures/attention.h"

#include <cmath>

#include "inkling/base/error.h"

namespace inkling::signatures {
namespace {

/// Where the entries of a batch stand in a table of texts by positions.
struct Layout {
  Tensor text;      ///< int64 [T] of each entry
  Tensor position;  ///< int64 [T] in its text
  Tensor mask;      ///< [texts, L]: 1 where a text has an entry
};

Layout layout_of(const Batch& batch, const Tensor& like) {
  const Words& words = batch.words;
  const Tensor lengths = words.offsets.diff();
  Layout layout;
  layout.text = at::repeat_interleave(at::arange(lengths.size(0), words.ids.options()), lengths, 0,
                                      words.ids.size(0));
  layout.position = at::arange(words.ids.size(0), words.ids.options()) -
                    words.offsets.index_select(0, layout.text);
  layout.mask = (at::arange(words.longest, words.ids.options()).unsqueeze(0) < lengths.unsqueeze(1))
                    .to(like.scalar_type());
  return layout;
}

/// The importance of each entry to its episode's task: 1 / H(softmax(v^T w)). @return [T]
Tensor importance(const Tensor& table, const Tensor& target, const Batch& batch,
                  const Layout& layout) {
  const Tensor likely = at::log_softmax(at::matmul(table, target), -1);  // [E, R, C]
  const Tensor entropy = -(likely.exp() * likely).sum(-1).reshape({-1});
  const Tensor row = layout.text.div(batch.units, "floor") * table.size(0) + batch.words.ids;
  return 1 / entropy.index_select(0, row).clamp_min(1e-6);
}

/// The outputs of both directions at every position. @param x [texts, L, 2] @return [texts, L, 2 h]
Tensor lstm(const Params& params, const std::string& prefix, const Tensor& x, const Tensor& mask) {
  const Tensor& recurrent = params.at(prefix + "recurrent");
  const std::int64_t texts = x.size(0);
  const std::int64_t length = x.size(1);
  const std::int64_t hidden = recurrent.size(1);
  // The second direction reads from the end: padding comes first there, and leaves the state zero.
  const Tensor both = at::stack({x, x.flip(1)}).reshape({2, texts * length, 2});
  const Tensor entering =
      at::baddbmm(params.at(prefix + "gates").unsqueeze(1), both, params.at(prefix + "input"))
          .reshape({2, texts, length, 4 * hidden});
  const Tensor kept = at::stack({mask, mask.flip(1)}).unsqueeze(-1);  // [2, texts, L, 1]
  Tensor state = at::zeros({2, texts, hidden}, x.options());
  Tensor cell = state;
  std::vector<Tensor> outputs;
  for (std::int64_t i = 0; i < length; ++i) {
    const auto gates = at::baddbmm(entering.select(2, i), state, recurrent).chunk(4, -1);
    const Tensor here = kept.select(2, i);
    cell = here * (gates[1].sigmoid() * cell + gates[0].sigmoid() * gates[2].tanh());
    state = here * (gates[3].sigmoid() * cell.tanh());
    outputs.push_back(state);
  }
  const Tensor all = at::stack(outputs, 2);
  return at::cat({all[0], all[1].flip(1)}, -1);
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
               const Tensor& target, double rarity, const Batch& batch) {
  if (!batch.words.frequencies.defined()) {
    throw Error(ErrorKind::internal, "the words of a batch have no frequencies");
  }
  Batch made = batch;
  if (batch.words.longest == 0) return made;
  const Layout layout = layout_of(batch, table);
  const Tensor rare = rarity / (rarity + batch.words.frequencies.to(table.scalar_type()));
  const Tensor two = at::stack({rare, importance(table, target, batch, layout)}, -1);  // [T, 2]
  const std::vector<std::optional<Tensor>> places = {layout.text, layout.position};
  const c10::List<std::optional<Tensor>> at_entry(places);
  const Tensor x = at::zeros({layout.mask.size(0), layout.mask.size(1), 2}, table.options())
                       .index_put(at_entry, two);
  const Tensor logits =
      at::matmul(lstm(params, prefix, x, layout.mask), params.at(prefix + "attention"));
  const Tensor weights = logits.masked_fill(layout.mask == 0, -1e30).softmax(-1);
  made.words.weights = weights.index(at_entry);
  return made;
}

}  // namespace inkling::signatures
