#include "inkling/bilevel/directional.h"

namespace inkling {

using torch::autograd::AutoGradMode;

DirectionalDerivatives::DirectionalDerivatives(const Tensor& outputs,
                                               const std::vector<Tensor>& inputs)
    : at_(at::zeros_like(outputs.detach()).requires_grad_(true)) {
  const AutoGradMode on(true);
  transposed_ = torch::autograd::grad({outputs}, inputs, {at_}, /*retain_graph=*/true,
                                      /*create_graph=*/true, /*allow_unused=*/true);
}

Tensor DirectionalDerivatives::along(const std::vector<Tensor>& v) const {
  std::vector<Tensor> outputs;
  std::vector<Tensor> directions;
  for (std::size_t i = 0; i < v.size(); ++i) {
    if (!v[i].defined() || !transposed_[i].defined() || !transposed_[i].requires_grad()) continue;
    outputs.push_back(transposed_[i]);
    directions.push_back(v[i]);
  }
  if (outputs.empty()) return at::zeros_like(at_.detach());
  const Tensor found =
      torch::autograd::grad(outputs, {at_}, directions, /*retain_graph=*/true, false, true).front();
  return found.defined() ? found.detach() : at::zeros_like(at_.detach());
}

}  // namespace inkling
