#include "inkling/bilevel/forward/tangents.h"

#include <algorithm>

namespace inkling {

using torch::autograd::AutoGradMode;

Tangents::Tangents(const InnerProblem& problem, const Hyper& hyper)
    : problem_(problem), directions_(hyper) {
  const AutoGradMode on(true);
  const Hyper of = leaves(hyper);
  const Params start = problem.start(problem.fixed.merged(of));
  state_ = {detached(start), problem.transform->init(start)};
  tangents_ = jacobian_products(start.tensors(), of.tensors(), directions_.units());
  for (Tensors& tangent : tangents_) tangent.resize(state_.tensors().size());
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

Params Tangents::of_loss() const {
  const Params through = along(found_);
  std::size_t i = params_.size();
  return through.map([&](const std::string&, const Tensor& value) {
    const Tensor& own = all_[i++];
    return own.defined() ? value + own.detach() : value;
  });
}

Params Tangents::along(const Params& of_params) const {
  const Tensors with = of_params.tensors();
  return directions_.shaped(
      [&](std::size_t j, std::size_t, std::int64_t) { return product_of(tangents_[j], with); });
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
  for (std::size_t j = 0; j < directions_.size(); ++j) {
    const Tensors& tangent = tangents_[j];
    const Tensors units = directions_.unit(j);
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
