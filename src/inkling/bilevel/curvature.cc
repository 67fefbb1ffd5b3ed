#include "inkling/bilevel/curvature.h"

#include <cmath>

namespace inkling {

using torch::autograd::AutoGradMode;

Curvature::Curvature(const Loss& loss, const Params& params, const Hyper& hyper, double damping)
    : params_(leaves(params)), hyper_(leaves(hyper)), damping_(damping) {
  const AutoGradMode on(true);
  const Tensor value = loss(params_, hyper_);
  finite(value, "the inner loss");
  tracked_ = params_.with(gradients(value, params_.tensors(), /*create_graph=*/true));
  gradient_ = detached(tracked_);
}

std::vector<Tensor> Curvature::along(const Params& v, const Params& inputs) const {
  std::vector<Tensor> outputs;
  std::vector<Tensor> towards;
  for (const auto& [name, value] : tracked_) {
    if (!value.requires_grad()) continue;
    outputs.push_back(value);
    towards.push_back(v.at(name));
  }
  ++products_;
  if (outputs.empty() || inputs.empty()) return std::vector<Tensor>(inputs.size());
  return torch::autograd::grad(outputs, inputs.tensors(), towards, /*retain_graph=*/true,
                               /*create_graph=*/false, /*allow_unused=*/true);
}

Params Curvature::times(const Params& v) const {
  const std::vector<Tensor> found = along(v, params_);
  std::size_t i = 0;
  return v.map([&](const std::string&, const Tensor& value) {
    const Tensor& part = found[i++];
    if (!part.defined()) return value * damping_;
    return damping_ == 0 ? part : part + damping_ * value;
  });
}

Params Curvature::mixed(const Params& v) const {
  const std::vector<Tensor> found = along(v, hyper_);
  std::size_t i = 0;
  return hyper_.map([&](const std::string&, const Tensor& value) {
    const Tensor& part = found[i++];
    return part.defined() ? part : at::zeros_like(value.detach());
  });
}

double dot(const Params& a, const Params& b) {
  double sum = 0;
  for (const auto& [name, value] : a) {
    sum += (value * b.at(name)).sum(at::kDouble).item<double>();
  }
  return sum;
}

double largest_curvature(const Curvature& curvature, std::int64_t iterations, Key key) {
  std::uint64_t stream = 0;
  Params v = curvature.gradient().map([&](const std::string&, const Tensor& value) {
    return normal(key.fold(stream++), value.sizes(), value.options());
  });
  double largest = 0;
  for (std::int64_t i = 0; i < iterations; ++i) {
    v = curvature.times((1 / std::sqrt(dot(v, v))) * v);
    const double found = std::sqrt(dot(v, v));
    if (found == 0 || !std::isfinite(found)) return found;
    const bool settled = std::abs(found - largest) < 1e-3 * found;
    largest = std::max(found, largest);
    if (settled) break;
  }
  return largest;
}

}  // namespace inkling
