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

Tensors leaves_where(const Tensors& values, bool (*wanted)(const Tensor&)) {
  Tensors made;
  for (const Tensor& value : values) made.push_back(wanted(value) ? leaf(value) : value.detach());
  return made;
}

Tensors without_graph(Tensors values) {
  for (Tensor& value : values) value = value.detach();
  return values;
}

}  // namespace

Unroll::Unroll(RepeatedStep repeated, const Tensors& first, const Tensors& constants)
    : repeated_(std::move(repeated)),
      first_(without_graph(first)),
      constants_(without_graph(constants)),
      leaves_(leaves_where(constants, [](const Tensor& value) { return value.requires_grad(); })) {
  ahead(first_);
}

Unroll::Graph Unroll::graph_of(const Tensors& state, std::int64_t t) const {
  const AutoGradMode on(true);
  Graph graph{leaves_where(state, [](const Tensor& value) { return value.is_floating_point(); }),
              {}};
  graph.after = repeated_.step(graph.before, leaves_, t);
  return graph;
}

void Unroll::ahead(Tensors state) {
  const AutoGradMode off(false);
  const std::int64_t end = repeated_.steps;
  std::int64_t slots = repeated_.slots;
  const auto next_kept = [&](std::int64_t begin) {
    return end - begin > 1 && slots-- > 0 ? begin + next_checkpoint(end - begin, slots + 1)
                                          : end - 1;
  };
  std::int64_t kept = next_kept(0);
  for (std::int64_t t = 0; t < end; ++t) {
    if (repeated_.graphs) {
      graphs_.push_back(graph_of(state, t));
      state = without_graph(graphs_.back().after);
      continue;
    }
    if (t == kept && t > 0) {
      kept_[t] = state;
      kept = next_kept(t);
    }
    state = without_graph(repeated_.step(state, constants_, t));
  }
  last_ = std::move(state);
}

Unroll::Back Unroll::back(Tensors of_last,
                          const std::function<void(std::int64_t, const Tensors&)>& reached) {
  back_ = {std::move(of_last), Tensors(constants_.size())};
  reached_ = reached;
  if (!repeated_.graphs && repeated_.steps > 0) {
    take_back(first_, 0, repeated_.steps, repeated_.slots);
  }
  for (std::int64_t t = repeated_.steps; !graphs_.empty(); graphs_.pop_back()) {
    step_back(graphs_.back(), --t);
  }
  return std::move(back_);
}

/// Takes the steps from `begin`, where the state is `state`, to `end` back, keeping `slots` states.
void Unroll::take_back(const Tensors& state, std::int64_t begin, std::int64_t end,
                       std::int64_t slots) {
  while (end - begin > 1) {
    const std::int64_t there = slots > 0 ? begin + next_checkpoint(end - begin, slots) : end - 1;
    take_back(state_at(state, begin, there), there, end, std::max<std::int64_t>(slots - 1, 0));
    end = there;
  }
  step_back(graph_of(state, begin), begin);
}

/// The state at `end`, kept on the way ahead or computed again from that at `begin`.
Tensors Unroll::state_at(const Tensors& state, std::int64_t begin, std::int64_t end) {
  if (auto found = kept_.extract(end)) return std::move(found.mapped());
  const AutoGradMode off(false);
  Tensors now = state;
  for (std::int64_t t = begin; t < end; ++t) {
    now = without_graph(repeated_.step(now, constants_, t));
    ++*repeated_.recomputed;
  }
  return now;
}

void Unroll::step_back(const Graph& graph, std::int64_t t) {
  Tensors& of_state = back_.of_first;
  Tensors outputs;
  Tensors towards;
  for (std::size_t i = 0; i < graph.after.size(); ++i) {
    if (!graph.after[i].requires_grad() || !of_state[i].defined()) continue;
    outputs.push_back(graph.after[i]);
    towards.push_back(of_state[i]);
  }
  Tensors inputs = graph.before;
  inputs.insert(inputs.end(), leaves_.begin(), leaves_.end());
  std::erase_if(inputs, [](const Tensor& input) { return !input.requires_grad(); });
  Tensors found(inputs.size());
  if (!outputs.empty()) {
    found = torch::autograd::grad(outputs, inputs, towards, false, false, /*allow_unused=*/true);
  }
  std::size_t at = 0;
  for (std::size_t i = 0; i < graph.before.size(); ++i) {
    of_state[i] = graph.before[i].requires_grad() ? found[at++] : Tensor();
  }
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    if (!leaves_[i].requires_grad()) continue;
    const Tensor& part = found[at++];
    if (!part.defined()) continue;
    Tensor& sum = back_.of_constants[i];
    sum = sum.defined() ? sum + part : part;
  }
  if (reached_) reached_(t, back_.of_constants);
}

namespace {

struct Checkpointed : torch::autograd::Function<Checkpointed> {
  /// @param all  the state, then the constants
  static variable_list forward(AutogradContext* context, const RepeatedStep& repeated,
                               std::size_t states, at::TensorList all) {
    const auto border = all.begin() + static_cast<std::ptrdiff_t>(states);
    auto held = c10::make_intrusive<Held>(repeated, Tensors(all.begin(), border),
                                          Tensors(border, all.end()));
    const Tensors last = held->unroll.last();
    context->saved_data["unroll"] = c10::IValue::make_capsule(std::move(held));
    return last;
  }

  static variable_list backward(AutogradContext* context, variable_list gradient) {
    const auto held = context->saved_data["unroll"].toCapsule();
    const Unroll::Back back = static_cast<Held*>(held.get())->unroll.back(std::move(gradient));
    variable_list all(2);
    for (const Tensors& part : {back.of_first, back.of_constants}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }

  struct Held : torch::CustomClassHolder {
    Held(const RepeatedStep& repeated, const Tensors& first, const Tensors& constants)
        : unroll(repeated, first, constants) {}
    Unroll unroll;
  };
};

}  // namespace

std::vector<Tensor> checkpointed(const RepeatedStep& repeated, const std::vector<Tensor>& state,
                                 const std::vector<Tensor>& constants) {
  Tensors all = state;
  all.insert(all.end(), constants.begin(), constants.end());
  return Checkpointed::apply(repeated, state.size(), at::TensorList(all));
}

}  // namespace inkling
