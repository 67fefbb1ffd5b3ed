#include "inkling/bilevel/forward/tangents.h"

#include <algorithm>

namespace inkling {

using torch::autograd::AutoGradMode;

Tangents::Tangents(const InnerProblem& problem, const Hyper& hyper)
    : problem_(problem), directions_(hyper) {
  const AutoGradMode on(true);
  const Hyper of = leaves(hyper);
  const Params start = problem.start(problem.fixed.merged(of));
  params_.value = detached(start);
  for (const Tensors& change :
       jacobian_products(start.tensors(), of.tensors(), directions_.units())) {
    params_.along.push_back(start.with(change));
  }
  const Params still = start.with(Tensors(start.size()));
  for (const Params& slot : problem.transform->init(start).slots) {
    slots_.push_back({slot, std::vector<Params>(directions_.size(), still)});
  }
}

InnerState Tangents::state() const {
  InnerState state{params_.value, {{}, step_}};
  for (const Dual& slot : slots_) state.transform.slots.push_back(slot.value);
  return state;
}

void Tangents::look(const Hyper& hyper) {
  const Params at = leaves(params_.value);
  leaves_ = at.tensors();
  auto [loss, gradients] = step_gradients(problem_, at, leaves(hyper), step_);
  loss_ = loss;
  all_ = std::move(gradients);
  std::size_t i = 0;
  found_ = at.map([&](const std::string&, const Tensor& value) {
    const Tensor& gradient = all_[i++];
    return gradient.defined() ? gradient.detach() : at::zeros_like(value);
  });
}

bool Tangents::loss_reads_hyper() const {
  return std::any_of(all_.begin() + static_cast<std::ptrdiff_t>(found_.size()), all_.end(),
                     [](const Tensor& gradient) { return gradient.defined(); });
}

Params Tangents::of_loss() const {
  const Params through = along(found_);
  std::size_t i = found_.size();
  return through.map([&](const std::string&, const Tensor& value) {
    const Tensor& own = all_[i++];
    return own.defined() ? value + own.detach() : value;
  });
}

Params Tangents::along(const Params& of_params) const {
  const Tensors with = of_params.tensors();
  return directions_.shaped([&](std::size_t j, std::size_t, std::int64_t) {
    return product_of(params_.along[j].tensors(), with);
  });
}

void Tangents::update(const Hyper& hyper) {
  Dual gradient{found_, {}};
  const Hyper all = problem_.fixed.merged(hyper);
  Dual of{detached(all), std::vector<Params>(directions_.size(), all.with(Tensors(all.size())))};
  for (std::size_t j = 0; j < directions_.size(); ++j) {
    const Tensors units = directions_.unit(j);
    Tensors towards = params_.along[j].tensors();
    towards.insert(towards.end(), units.begin(), units.end());
    gradient.along.push_back(found_.with(taken_back(all_, leaves_, std::move(towards))));
    ++products_;
    std::size_t i = 0;
    for (const auto& [name, value] : hyper) of.along[j].set(name, units[i++]);
  }
  all_.clear();
  leaves_.clear();

  const AutoGradMode off(false);
  const Dual updates = problem_.transform->apply_along(gradient, slots_, step_, params_, of);
  params_.value = params_.value + updates.value;
  for (std::size_t j = 0; j < directions_.size(); ++j) {
    params_.along[j] = params_.along[j].zip(
        updates.along[j], [](const std::string&, const Tensor& tangent, const Tensor& change) {
          if (!tangent.defined() || !change.defined()) return tangent.defined() ? tangent : change;
          return tangent + change;
        });
  }
  ++step_;
}

}  // namespace inkling
