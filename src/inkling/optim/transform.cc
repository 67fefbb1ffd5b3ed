#include "inkling/optim/transform.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/optim/adam_update.h"
#include "inkling/tensor/jacobian_products.h"

namespace inkling {
namespace {

// Undefined tensors are zero.

Tensor sum_of(const Tensor& a, const Tensor& b) {
  if (!a.defined() || !b.defined()) return a.defined() ? a : b;
  return a + b;
}

/// How a * b changes where a and b do so.
Tensor product_along(const Tensor& a, const Tensor& of_a, const Tensor& b, const Tensor& of_b) {
  return sum_of(of_a.defined() ? of_a * b : of_a, of_b.defined() ? a * of_b : of_b);
}

Tensor minus(const Tensor& a) {
  return a.defined() ? -a : a;
}

/// A hyperparameter of the update of a parameter, and how it changes along a direction.
struct Named {
  Named(const Dual& hyper, std::size_t direction, const std::string& key, const std::string& name,
        std::int64_t step)
      : value(hyper_for(hyper.value, key, name, step)),
        along(hyper_for(hyper.along[direction], key, name, step)) {}
  Tensor value;
  Tensor along;
};

class Sgd : public Transform {
 public:
  bool linear() const override { return true; }
  bool descends() const override { return true; }
  std::vector<std::string> reads() const override { return {"learning_rate"}; }
  Params apply(const Params& gradients, std::span<Params>, std::int64_t step, const Params&,
               const Hyper& hyper) const override {
    return gradients.map([&](const std::string& name, const Tensor& gradient) {
      return -hyper_for(hyper, "learning_rate", name, step) * gradient;
    });
  }
  Dual apply_along(const Dual& gradients, std::span<Dual>, std::int64_t step, const Dual& params,
                   const Dual& hyper) const override {
    const torch::autograd::AutoGradMode off(false);
    Dual updates{apply(gradients.value, {}, step, params.value, hyper.value), {}};
    for (std::size_t d = 0; d < gradients.along.size(); ++d) {
      updates.along.push_back(gradients.value.zip(
          gradients.along[d], [&](const std::string& name, const Tensor& g, const Tensor& of_g) {
            const Named rate(hyper, d, "learning_rate", name, step);
            return minus(product_along(rate.value, rate.along, g, of_g));
          }));
    }
    return updates;
  }
};

class Momentum : public Transform {
 public:
  bool linear() const override { return true; }
  std::vector<std::string> reads() const override { return {"learning_rate", "momentum"}; }
  std::size_t slots() const override { return 1; }
  Params apply(const Params& gradients, std::span<Params> slots, std::int64_t step, const Params&,
               const Hyper& hyper) const override {
    slots[0] = slots[0].zip(
        gradients, [&](const std::string& name, const Tensor& velocity, const Tensor& gradient) {
          return hyper_for(hyper, "momentum", name, step) * velocity + gradient;
        });
    return slots[0].map([&](const std::string& name, const Tensor& velocity) {
      return -hyper_for(hyper, "learning_rate", name, step) * velocity;
    });
  }
  Dual apply_along(const Dual& gradients, std::span<Dual> slots, std::int64_t step,
                   const Dual& params, const Dual& hyper) const override {
    const torch::autograd::AutoGradMode off(false);
    const Params before = slots[0].value;
    Dual updates{apply(gradients.value, {&slots[0].value, 1}, step, params.value, hyper.value), {}};
    for (std::size_t d = 0; d < gradients.along.size(); ++d) {
      Params& velocity = slots[0].along[d];
      Params update = gradients.along[d];
      for (const auto& [name, of_gradient] : gradients.along[d]) {
        const Named keep(hyper, d, "momentum", name, step);
        const Named rate(hyper, d, "learning_rate", name, step);
        const Tensor of_after = sum_of(
            product_along(keep.value, keep.along, before.at(name), velocity.at(name)), of_gradient);
        velocity.set(name, of_after);
        update.set(name,
                   minus(product_along(rate.value, rate.along, slots[0].value.at(name), of_after)));
      }
      updates.along.push_back(std::move(update));
    }
    return updates;
  }
};

class Adam : public Transform {
 public:
  Adam(double beta1, double beta2, double epsilon)
      : beta1_(beta1), beta2_(beta2), epsilon_(epsilon) {}
  bool linear() const override { return false; }
  std::vector<std::string> reads() const override { return {"learning_rate"}; }
  std::size_t slots() const override { return 2; }
  std::optional<AdamRule> as_adam() const override {
    return AdamRule{beta1_, beta2_, epsilon_,
                    [](const Hyper& hyper, const std::string& name, std::int64_t step) {
                      return hyper_for(hyper, "learning_rate", name, step);
                    }};
  }
  Params apply(const Params& gradients, std::span<Params> slots, std::int64_t step, const Params&,
               const Hyper& hyper) const override {
    const AdamNumbers numbers = numbers_at(step);
    Params updates = gradients;
    for (const auto& [name, gradient] : gradients) {
      const Tensor m = slots[0].at(name);
      const Tensor v = slots[1].at(name);
      const Tensor rate = hyper_for(hyper, "learning_rate", name, step);
      const auto& [update, m_after, v_after] =
          has_adam_update(gradient, m, v, rate)
              ? adam_update(gradient, m, v, rate, numbers)
              : adam_update_by_operators(gradient, m, v, rate, numbers);
      updates.set(name, update);
      slots[0].set(name, m_after);
      slots[1].set(name, v_after);
    }
    return updates;
  }
  Dual apply_along(const Dual& gradients, std::span<Dual> slots, std::int64_t step,
                   const Dual& params, const Dual& hyper) const override {
    const torch::autograd::AutoGradMode off(false);
    std::array<Params, 2> before = {slots[0].value, slots[1].value};
    std::array<Params, 2> after = before;
    Dual updates{apply(gradients.value, after, step, params.value, hyper.value), {}};
    for (std::size_t d = 0; d < gradients.along.size(); ++d) {
      Params update = gradients.along[d];
      for (const auto& [name, of_gradient] : gradients.along[d]) {
        const Named rate(hyper, d, "learning_rate", name, step);
        const auto [of_update, of_m, of_v] = adam_update_along(
            {of_gradient, slots[0].along[d].at(name), slots[1].along[d].at(name), rate.along},
            gradients.value.at(name), before[0].at(name), before[1].at(name), rate.value,
            numbers_at(step));
        update.set(name, of_update);
        slots[0].along[d].set(name, of_m);
        slots[1].along[d].set(name, of_v);
      }
      updates.along.push_back(std::move(update));
    }
    for (std::size_t i = 0; i < 2; ++i) slots[i].value = std::move(after[i]);
    return updates;
  }

 private:
  AdamNumbers numbers_at(std::int64_t step) const {
    const auto t = static_cast<double>(step + 1);
    return {beta1_, beta2_, epsilon_, 1 - std::pow(beta1_, t), 1 - std::pow(beta2_, t)};
  }

  double beta1_;
  double beta2_;
  double epsilon_;
};

class Clip : public Transform {
 public:
  Clip(double norm, bool per_episode) : norm_(norm), per_episode_(per_episode) {}
  bool linear() const override { return false; }
  Params apply(const Params& gradients, std::span<Params>, std::int64_t, const Params&,
               const Hyper&) const override {
    Tensor square;
    for (const auto& [name, gradient] : gradients) {
      const Tensor own = per_episode_ ? gradient.square().reshape({gradient.size(0), -1}).sum(1)
                                      : gradient.square().sum();
      square = square.defined() ? square + own : own;
    }
    if (!square.defined()) return gradients;
    // Where the norm is small enough the factor is the constant 1.
    const Tensor norm = square.clamp_min(norm_ * norm_).sqrt();
    const Tensor factor = norm_ / norm;
    return gradients.map([&](const std::string&, const Tensor& gradient) {
      if (!per_episode_) return gradient * factor;
      std::vector<std::int64_t> shape(static_cast<std::size_t>(gradient.dim()), 1);
      shape[0] = factor.size(0);
      return gradient * factor.reshape(shape);
    });
  }

 private:
  double norm_;
  bool per_episode_;
};

class Decay : public Transform {
 public:
  bool linear() const override { return false; }
  std::vector<std::string> reads() const override { return {"learning_rate", "weight_decay"}; }
  Params apply(const Params& updates, std::span<Params>, std::int64_t step, const Params& params,
               const Hyper& hyper) const override {
    return updates.zip(params, [&](const std::string& name, const Tensor& update, const Tensor& p) {
      const Tensor rate = hyper_for(hyper, "learning_rate", name, step);
      return update - rate * hyper_for(hyper, "weight_decay", name, step) * p;
    });
  }
  Dual apply_along(const Dual& updates, std::span<Dual>, std::int64_t step, const Dual& params,
                   const Dual& hyper) const override {
    const torch::autograd::AutoGradMode off(false);
    Dual after{apply(updates.value, {}, step, params.value, hyper.value), {}};
    for (std::size_t d = 0; d < updates.along.size(); ++d) {
      Params change = updates.along[d];
      for (const auto& [name, of_update] : updates.along[d]) {
        const Named rate(hyper, d, "learning_rate", name, step);
        const Named decay(hyper, d, "weight_decay", name, step);
        const Tensor of_share = product_along(rate.value, rate.along, decay.value, decay.along);
        const Tensor of_decay = product_along(-rate.value * decay.value, minus(of_share),
                                              params.value.at(name), params.along[d].at(name));
        change.set(name, sum_of(of_update, of_decay));
      }
      after.along.push_back(std::move(change));
    }
    return after;
  }
};

class Chain : public Transform {
 public:
  explicit Chain(std::vector<TransformPtr> transforms) : transforms_(std::move(transforms)) {}
  bool linear() const override {
    return std::ranges::all_of(transforms_, [](const TransformPtr& t) { return t->linear(); });
  }
  std::vector<std::string> reads() const override {
    std::vector<std::string> all;
    for (const TransformPtr& transform : transforms_) {
      for (std::string& key : transform->reads()) all.push_back(std::move(key));
    }
    return all;
  }
  std::size_t slots() const override {
    std::size_t count = 0;
    for (const TransformPtr& transform : transforms_) count += transform->slots();
    return count;
  }
  Params apply(const Params& gradients, std::span<Params> slots, std::int64_t step,
               const Params& params, const Hyper& hyper) const override {
    Params updates = gradients;
    std::size_t at = 0;
    for (const TransformPtr& transform : transforms_) {
      updates =
          transform->apply(updates, slots.subspan(at, transform->slots()), step, params, hyper);
      at += transform->slots();
    }
    return updates;
  }
  Dual apply_along(const Dual& gradients, std::span<Dual> slots, std::int64_t step,
                   const Dual& params, const Dual& hyper) const override {
    Dual updates = gradients;
    std::size_t at = 0;
    for (const TransformPtr& transform : transforms_) {
      updates = transform->apply_along(updates, slots.subspan(at, transform->slots()), step, params,
                                       hyper);
      at += transform->slots();
    }
    return updates;
  }

 private:
  std::vector<TransformPtr> transforms_;
};

}  // namespace

TransformState Transform::init(const Params& params) const {
  TransformState state;
  for (std::size_t i = 0; i < slots(); ++i) {
    state.slots.push_back(
        params.map([](const std::string&, const Tensor& p) { return at::zeros_like(p.detach()); }));
  }
  return state;
}

Dual Transform::apply_along(const Dual& gradients, std::span<Dual> slots, std::int64_t step,
                            const Dual& params, const Dual& hyper) const {
  const torch::autograd::AutoGradMode on(true);
  // What changes along some direction becomes a leaf.
  const std::size_t count = gradients.along.size();
  Tensors inputs;
  std::vector<Tensors> directions(count);
  const auto taken = [&](const Dual& dual) {
    return dual.value.map([&](const std::string& name, const Tensor& value) {
      const auto changes = [&](const Params& along) { return along.at(name).defined(); };
      if (std::ranges::none_of(dual.along, changes)) return value.detach();
      inputs.push_back(leaf(value));
      for (std::size_t d = 0; d < count; ++d) directions[d].push_back(dual.along[d].at(name));
      return inputs.back();
    });
  };
  const Params from = taken(gradients);
  const Params at = taken(params);
  const Hyper of = taken(hyper);
  std::vector<Params> after;
  for (const Dual& slot : slots) after.push_back(taken(slot));
  std::vector<Params> results = {apply(from, after, step, at, of)};
  results.insert(results.end(), after.begin(), after.end());

  Tensors outputs;
  for (const Params& result : results) {
    for (const auto& [name, value] : result) outputs.push_back(value);
  }
  const std::vector<Tensors> changes = inputs.empty()
                                           ? std::vector<Tensors>(count, Tensors(outputs.size()))
                                           : jacobian_products(outputs, inputs, directions);
  std::size_t first = 0;
  std::vector<Dual> found;
  for (const Params& result : results) {
    Dual& dual = found.emplace_back(Dual{detached(result), {}});
    for (const Tensors& change : changes) {
      std::size_t i = first;
      dual.along.push_back(
          result.map([&](const std::string&, const Tensor&) { return change[i++]; }));
    }
    first += result.size();
  }
  for (std::size_t i = 0; i < slots.size(); ++i) slots[i] = std::move(found[1 + i]);
  return std::move(found.front());
}

Update Transform::update(const Params& gradients, const TransformState& state, const Params& params,
                         const Hyper& hyper) const {
  TransformState next = state;
  Params updates = apply(gradients, next.slots, state.step, params, hyper);
  ++next.step;
  return {std::move(updates), std::move(next)};
}

bool Transform::acts_on_coefficients(const Hyper& hyper, const std::string& name) const {
  return linear() && std::ranges::all_of(reads(), [&](const std::string& key) {
           const Tensor value = hyper_for(hyper, key, name, 0);
           return value.dim() < 2 || value.size(-2) == 1;
         });
}

Tensor hyper_for(const Hyper& hyper, const std::string& key, const std::string& name,
                 std::int64_t step) {
  for (const std::string& asked : {cat(key, ".", name), key}) {
    if (const Tensor* found = hyper.find(asked)) return *found;
    if (const Tensor* found = hyper.find(cat("step.", asked))) {
      if (!found->defined()) return {};
      return (*found)[std::min(step, found->size(0) - 1)];
    }
  }
  return hyper.at(key);
}

TransformPtr sgd() {
  return std::make_shared<Sgd>();
}
TransformPtr momentum() {
  return std::make_shared<Momentum>();
}
TransformPtr adam(double beta1, double beta2, double epsilon) {
  return std::make_shared<Adam>(beta1, beta2, epsilon);
}
TransformPtr clip(double norm, bool per_episode) {
  return std::make_shared<Clip>(norm, per_episode);
}
TransformPtr decay() {
  return std::make_shared<Decay>();
}
TransformPtr chain(std::vector<TransformPtr> transforms) {
  return std::make_shared<Chain>(std::move(transforms));
}

}  // namespace inkling
