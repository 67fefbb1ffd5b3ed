#include "inkling/tensor/jacobian_products.h"

namespace inkling {

using torch::autograd::AutoGradMode;

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
    for (std::size_t i = 0; i < where.size(); ++i)
      if (found[i].defined()) products[j][where[i]] = found[i].detach();
  }
  return products;
}

}  // namespace inkling
