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
