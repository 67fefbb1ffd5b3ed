#include "inkling/bilevel/checkpointed.h"

#include <torch/csrc/autograd/custom_function.h>

#include "inkling/bilevel/checkpoint_schedule.h"

namespace inkling {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::AutoGradMode;
using torch::autograd::Variable;
using torch::autograd::variable_list;
using Tensors = RepeatedStep::Tensors;

Tensors leaves_of(const Tensors& values) {
  Tensors made;
  for (const Tensor& value : values) {
    made.push_back(value.is_floating_point() ? leaf(value) : value.detach());
  }
  return made;
}

/// The way back, from the gradient of the last state to that of the first and of the constants.
class WayBack {
 public:
  WayBack(const RepeatedStep& repeated, const Tensors& constants, Tensors gradient)
      : repeated_(repeated), constants_(leaves_of(constants)), of_state_(std::move(gradient)) {
    of_constants_.resize(constants.size());
  }

  /// Takes the steps from `begin`, where the state is `state`, to `end` back, keeping `slots`
  /// states.
  void take(const Tensors& state, std::int64_t begin, std::int64_t end, std::int64_t slots) {
    while (end - begin > 1) {
      const std::int64_t ahead = slots > 0 ? next_checkpoint(end - begin, slots) : end - begin - 1;
      take(advanced(state, begin, begin + ahead), begin + ahead, end,
           std::max<std::int64_t>(slots - 1, 0));
      end = begin + ahead;
    }
    step_back(state, begin);
  }

  Tensors of_state() const { return of_state_; }
  Tensors of_constants() const { return of_constants_; }

 private:
  Tensors advanced(Tensors state, std::int64_t begin, std::int64_t end) const {
    const AutoGradMode off(false);
    for (std::int64_t t = begin; t < end; ++t) {
      state = repeated_.step(state, constants_, t);
      for (Tensor& value : state) value = value.detach();
      ++*repeated_.recomputed;
    }
    return state;
  }

  void step_back(const Tensors& state, std::int64_t t) {
    const AutoGradMode on(true);
    const Tensors before = leaves_of(state);
    const Tensors after = repeated_.step(before, constants_, t);
    Tensors outputs;
    Tensors towards;
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (!after[i].requires_grad() || !of_state_[i].defined()) continue;
      outputs.push_back(after[i]);
      towards.push_back(of_state_[i]);
    }
    Tensors inputs = before;
    inputs.insert(inputs.end(), constants_.begin(), constants_.end());
    std::erase_if(inputs, [](const Tensor& input) { return !input.requires_grad(); });
    Tensors found(inputs.size());
    if (!outputs.empty()) {
      found = torch::autograd::grad(outputs, inputs, towards, false, false, /*allow_unused=*/true);
    }
    std::size_t at = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
      of_state_[i] = before[i].requires_grad() ? found[at++] : Tensor();
    }
    for (std::size_t i = 0; i < constants_.size(); ++i) {
      if (!constants_[i].requires_grad()) continue;
      const Tensor& part = found[at++];
      if (!part.defined()) continue;
      of_constants_[i] = of_constants_[i].defined() ? of_constants_[i] + part : part;
    }
  }

  const RepeatedStep& repeated_;
  Tensors constants_;
  Tensors of_state_;      ///< undefined where zero
  Tensors of_constants_;  ///< undefined where zero
};

struct Checkpointed : torch::autograd::Function<Checkpointed> {
  /// @param all  the state, then the constants
  static variable_list forward(AutogradContext* context, const RepeatedStep& repeated,
                               std::size_t states, const Tensors& constants, at::TensorList all) {
    Tensors state(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(states));
    for (Tensor& value : state) value = value.detach();
    context->saved_data["first"] = state;
    Tensors detached;
    for (const Tensor& value : constants) detached.push_back(value.detach());
    context->saved_data["constants"] = detached;
    auto held = c10::make_intrusive<Held>();
    held->repeated = repeated;
    context->saved_data["repeated"] = c10::IValue::make_capsule(std::move(held));
    for (std::int64_t t = 0; t < repeated.steps; ++t) {
      state = repeated.step(state, detached, t);
      for (Tensor& value : state) value = value.detach();
    }
    return state;
  }

  static variable_list backward(AutogradContext* context, variable_list gradient) {
    const Tensors first = context->saved_data["first"].toTensorVector();
    const Tensors constants = context->saved_data["constants"].toTensorVector();
    const auto held = context->saved_data["repeated"].toCapsule();
    const RepeatedStep& repeated = static_cast<Held*>(held.get())->repeated;
    WayBack back(repeated, constants, std::move(gradient));
    if (repeated.steps > 0) back.take(first, 0, repeated.steps, repeated.slots);
    variable_list all(3);
    for (const Tensor& value : back.of_state()) all.push_back(value);
    for (const Tensor& value : back.of_constants()) all.push_back(value);
    return all;
  }

  struct Held : torch::CustomClassHolder {
    RepeatedStep repeated;
  };
};

}  // namespace

std::vector<Tensor> checkpointed(const RepeatedStep& repeated, const std::vector<Tensor>& state,
                                 const std::vector<Tensor>& constants) {
  Tensors all = state;
  all.insert(all.end(), constants.begin(), constants.end());
  return Checkpointed::apply(repeated, state.size(), constants, at::TensorList(all));
}

}  // namespace inkling
