#include "inkling/nn/layers.h"

#include <vector>

namespace inkling {

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  if (weight.dim() == 3) {
    // One operator: what surrounds a small product takes longer than the product.
    if (!bias.defined()) return at::bmm(x, weight);
    return at::baddbmm(bias.dim() == 1 ? bias : bias.unsqueeze(1), x, weight);
  }
  const Tensor out = at::matmul(x, weight);
  if (!bias.defined()) return out;
  return out + (bias.dim() == 1 ? bias : bias.unsqueeze(1));
}

Tensor lookup(const Tensor& table, const Tensor& ids) {
  auto shape = ids.sizes().vec();
  shape.push_back(table.size(-1));
  if (table.dim() == 2) return table.index_select(0, ids.reshape({-1})).reshape(shape);
  const std::int64_t episodes = table.size(0);
  const Tensor base = at::arange(episodes, ids.options()).mul(table.size(1)).unsqueeze(1);
  const Tensor rows = (ids.reshape({episodes, -1}) + base).reshape({-1});
  return table.reshape({-1, table.size(2)}).index_select(0, rows).reshape(shape);
}

Tensor windows(const Tensor& x, std::int64_t width) {
  if (width == 1) return x;
  const std::int64_t before = (width - 1) / 2;
  const std::int64_t length = x.size(2);
  const Tensor padded = at::constant_pad_nd(x, {0, 0, before, width - 1 - before});
  std::vector<Tensor> shifted;
  for (std::int64_t i = 0; i < width; ++i) shifted.push_back(padded.narrow(2, i, length));
  return at::cat(shifted, -1);
}

Tensor fixed_in_front(const Tensor& tensor, std::int64_t columns) {
  if (columns == 0 || !tensor.requires_grad()) return tensor;
  return at::cat({tensor.narrow(-1, 0, columns).detach(),
                  tensor.narrow(-1, columns, tensor.size(-1) - columns)},
                 -1);
}

Tensor cross_entropy(const Tensor& scores, const Tensor& classes) {
  return unit_cross_entropy(scores, classes).mean(-1);
}

Tensor unit_cross_entropy(const Tensor& scores, const Tensor& classes) {
  return at::log_softmax(scores, -1).gather(-1, classes.unsqueeze(-1)).squeeze(-1).neg();
}

Tensor softened(const Tensor& shares, const Tensor& temperature) {
  // A share of nothing has a logarithm that is finite.
  constexpr double kLeast = 1e-30;
  return at::softmax(shares.clamp_min(kLeast).log() / temperature, -1);
}

Tensor distillation_loss(const Tensor& scores, const Tensor& shares, const Tensor& temperature) {
  const Tensor wanted = softened(shares, temperature);
  const Tensor given = at::log_softmax(scores / temperature, -1);
  constexpr double kLeast = 1e-30;
  const Tensor apart = wanted * (wanted.clamp_min(kLeast).log() - given);
  return temperature.square() * apart.sum(-1);
}

Tensor squared_error(const Tensor& scores, const Tensor& values) {
  return (scores - values).square().mean({-2, -1});
}

}  // namespace inkling
