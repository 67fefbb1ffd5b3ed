#include "inkling/bilevel/forward/tangents.h"

#include <algorithm>

namespace inkling {
namespace {

using torch::autograd::AutoGradMode;
using Tensors = std::vector<Tensor>;

double product_of(const Tensor& a, const Tensor& b) {
  return at::dot(a.reshape({-1}), b.reshape({-1})).item<double>();
}

/// grad(outputs, inputs, towards) where towards[i] is undefined where it is zero.
Tensors taken_back(Tensors outputs, const Tensors& inputs, Tensors towards) {
  for (std::size_t i = outputs.size(); i-- > 0;) {
    if (outputs[i].defined() && outputs[i].requires_grad() && towards[i].defined()) continue;
    outputs.erase(outputs.begin() + static_cast<std::ptrdiff_t>(i));
    towards.erase(towards.begin() + static_cast<std::ptrdiff_t>(i));
  }
  if (outputs.empty()) return Tensors(inputs.size());
  return torch::autograd::grad(outputs, inputs, towards, /*retain_graph=*/true, false, true);
}

}  // namespace

Tangents::Tangents(const InnerProblem& problem, const Hyper& hyper)
    : problem_(problem), hyper_(detached(hyper)) {
  std::size_t tensor = 0;
  for (const auto& [name, value] : hyper_) {
    for (std::int64_t i = 0; i < value.numel(); ++i) numbers_.emplace_back(tensor, i);
    ++tensor;
  }
  const AutoGradMode on(true);
  const Hyper of = leaves(hyper_);
  const Params start = problem.start(problem.fixed.merged(of));
  state_ = {detached(start), problem.transform->init(start)};
  std::vector<Tensors> directions;
  for (std::size_t j = 0; j < numbers_.size(); ++j) directions.push_back(units_of(j));
  tangents_ = jacobian_products(start.tensors(), of.tensors(), directions);
  for (Tensors& tangent : tangents_) tangent.resize(state_.tensors().size());
}

Tensors Tangents::units_of(std::size_t tangent) const {
  Tensors units(hyper_.size());
  const auto [tensor, element] = numbers_[tangent];
  units[tensor] = at::zeros_like(hyper_.tensors()[tensor]);
  units[tensor].view(-1)[element].fill_(1);
  return units;
}

std::vector<Tensors> Tangents::jacobian_products(const Tensors& outputs, const Tensors& inputs,
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

void Tangents::look(const Hyper& hyper) {
  params_ = leaves(state_.params);
  auto [loss, gradients] = step_gradients(problem_, params_, leaves(hyper), state_.transform.step);
  loss_ = loss;
  all_ = std::move(gradients);
  std::size_t i = 0;
  found_ = params_.map([&](const std::string&, const Tensor& value) {
    const Tensor& gradient = all_[i++];
    return gradient.defined() ? gradient.detach() : at::zeros_like(value);
  });
}

bool Tangents::loss_reads_hyper() const {
  return std::any_of(all_.begin() + static_cast<std::ptrdiff_t>(params_.size()), all_.end(),
                     [](const Tensor& gradient) { return gradient.defined(); });
}

Params Tangents::shaped(
    const std::function<double(std::size_t, std::size_t, std::int64_t)>& value) const {
  std::size_t j = 0;
  std::size_t tensor = 0;
  return hyper_.map([&](const std::string&, const Tensor& like) {
    std::vector<double> values;
    for (std::int64_t i = 0; i < like.numel(); ++i) values.push_back(value(j++, tensor, i));
    ++tensor;
    return tensor_of(values).reshape(like.sizes()).to(like.options());
  });
}

Params Tangents::of_loss() const {
  const Params through = along(found_);
  std::size_t i = params_.size();
  return through.map([&](const std::string&, const Tensor& value) {
    const Tensor& own = all_[i++];
    return own.defined() ? value + own.detach() : value;
  });
}

Params Tangents::along(const Params& of_params) const {
  const AutoGradMode off(false);
  const Tensors with = of_params.tensors();
  return shaped([&](std::size_t j, std::size_t, std::int64_t) {
    double sum = 0;
    for (std::size_t i = 0; i < with.size(); ++i) {
      if (tangents_[j][i].defined()) sum += product_of(tangents_[j][i], with[i]);
    }
    return sum;
  });
}

void Tangents::update(const Hyper& hyper) {
  // The transform as a function of gradient, state and hyperparameters, and its derivative there.
  const AutoGradMode on(true);
  InnerState before = state_;
  before.params = leaves(state_.params);
  for (Params& slot : before.transform.slots) slot = leaves(slot);
  const Params gradient = leaves(found_);
  const Hyper of = leaves(hyper);
  InnerState after = before;
  after.move(*problem_.transform, gradient, problem_.fixed.merged(of));
  Tensors inputs = gradient.tensors();
  for (const Tensors& more : {before.tensors(), of.tensors()}) {
    inputs.insert(inputs.end(), more.begin(), more.end());
  }

  std::vector<Tensors> directions;
  const Tensors params = params_.tensors();
  for (std::size_t j = 0; j < numbers_.size(); ++j) {
    const Tensors& tangent = tangents_[j];
    const Tensors units = units_of(j);
    Tensors towards(tangent.begin(), tangent.begin() + static_cast<std::ptrdiff_t>(params.size()));
    towards.insert(towards.end(), units.begin(), units.end());
    Tensors direction = taken_back(all_, params, towards);
    ++products_;
    direction.insert(direction.end(), tangent.begin(), tangent.end());
    direction.insert(direction.end(), units.begin(), units.end());
    directions.push_back(std::move(direction));
  }
  all_.clear();
  tangents_ = jacobian_products(after.tensors(), inputs, directions);

  state_ = after;
  state_.params = detached(after.params);
  for (Params& slot : state_.transform.slots) slot = detached(slot);
}

}  // namespace inkling
