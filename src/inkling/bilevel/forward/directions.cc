#include "inkling/bilevel/forward/directions.h"

namespace inkling {

using torch::autograd::AutoGradMode;

Directions::Directions(const Hyper& hyper) : like_(detached(hyper)) {
  std::size_t tensor = 0;
  for (const auto& [name, value] : like_) {
    for (std::int64_t i = 0; i < value.numel(); ++i) numbers_.emplace_back(tensor, i);
    ++tensor;
  }
}

Tensors Directions::unit(std::size_t j) const {
  Tensors units(like_.size());
  const auto [tensor, element] = numbers_[j];
  units[tensor] = at::zeros_like(like_.tensors()[tensor]);
  units[tensor].view(-1)[element].fill_(1);
  return units;
}

std::vector<Tensors> Directions::units() const {
  std::vector<Tensors> all;
  for (std::size_t j = 0; j < size(); ++j) all.push_back(unit(j));
  return all;
}

Params Directions::shaped(
    const std::function<double(std::size_t, std::size_t, std::int64_t)>& value) const {
  std::size_t j = 0;
  std::size_t tensor = 0;
  return like_.map([&](const std::string&, const Tensor& like) {
    std::vector<double> values;
    for (std::int64_t i = 0; i < like.numel(); ++i) values.push_back(value(j++, tensor, i));
    ++tensor;
    return tensor_of(values).reshape(like.sizes()).to(like.options());
  });
}

Tensors taken_back(Tensors outputs, const Tensors& inputs, Tensors towards) {
  for (std::size_t i = outputs.size(); i-- > 0;) {
    if (outputs[i].defined() && outputs[i].requires_grad() && towards[i].defined()) continue;
    outputs.erase(outputs.begin() + static_cast<std::ptrdiff_t>(i));
    towards.erase(towards.begin() + static_cast<std::ptrdiff_t>(i));
  }
  if (outputs.empty()) return Tensors(inputs.size());
  return torch::autograd::grad(outputs, inputs, towards, /*retain_graph=*/true, false, true);
}

std::vector<Tensors> jacobian_products(const Tensors& outputs, const Tensors& inputs,
                                       const std::vector<Tensors>& directions) {
  // J^T u is linear in u: its derivative with respect to u along a direction is J times it.
  const AutoGradMode on(true);
  std::vector<Tensors> products(directions.size(), Tensors(outputs.size()));
  Tensors tracked;
  Tensors weights;
  std::vector<std::size_t> where;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i].requires_grad()) continue;
    tracked.push_back(outputs[i]);
    // Zeros that take no memory: where u is does not matter.
    const Tensor zero = at::zeros({}, outputs[i].options());
    weights.push_back(zero.expand(outputs[i].sizes()).requires_grad_(true));
    where.push_back(i);
  }
  if (tracked.empty()) return products;
  const Tensors transposed = torch::autograd::grad(tracked, inputs, weights, true, true, true);
  for (std::size_t j = 0; j < directions.size(); ++j) {
    const Tensors found = taken_back(transposed, weights, directions[j]);
    for (std::size_t i = 0; i < where.size(); ++i) products[j][where[i]] = found[i];
  }
  return products;
}

double product_of(const Tensors& a, const Tensors& b) {
  const AutoGradMode off(false);
  double sum = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (!a[i].defined() || !b[i].defined()) continue;
    sum += at::dot(a[i].reshape({-1}), b[i].reshape({-1})).item<double>();
  }
  return sum;
}

}  // namespace inkling
