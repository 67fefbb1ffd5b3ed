#include "inkling/bilevel/dense_gradients.h"

#include <torch/csrc/autograd/custom_function.h>

#include "inkling/bilevel/dense_passes.h"
#include "inkling/nn/layers.h"

namespace inkling {
namespace {

using namespace dense_passes;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

variable_list parameters_of(const Shape& shape, const variable_list& all) {
  return {all.begin() + static_cast<std::ptrdiff_t>(shape.first_parameter()), all.end()};
}

/// The same by operators that can be differentiated to any order.
variable_list plain(const Shape& shape, const variable_list& inputs) {
  Tensor x = shape.spanned ? at::baddbmm(inputs[0], shape.gram, inputs[1]) : inputs[0];
  if (shape.of_input && !x.requires_grad()) x = leaf(x);
  variable_list wanted = parameters_of(shape, inputs);
  for (Tensor& parameter : wanted) {
    if (!parameter.requires_grad()) parameter = leaf(parameter);
  }
  Tensor scores = x;
  for (std::size_t l = 0; l < shape.layers(); ++l) {
    if (l > 0) scores = shape.activation == Activation::tanh ? scores.tanh() : scores.relu();
    scores = linear(scores, wanted[2 * l], wanted[2 * l + 1]);
  }
  if (shape.of_input) wanted.push_back(x);
  Tensor losses;
  if (shape.loss == LossKind::squared_error) {
    losses = squared_error(scores, shape.targets);
  } else {
    if (scores.size(-1) == 1) scores = at::cat({at::zeros_like(scores), scores}, -1);
    losses = cross_entropy(scores, shape.targets);
  }
  return torch::autograd::grad({losses.sum()}, wanted, {}, true, true);
}

struct Fused : torch::autograd::Function<Fused> {
  /// @param all  x, the coefficients where the input is spanned, the parameters
  static variable_list forward(AutogradContext* context, const c10::intrusive_ptr<Shape>& shape,
                               at::TensorList all) {
    const variable_list inputs(all.begin(), all.end());
    variable_list made;
    for (const Tensor& input : parameters_of(*shape, inputs)) {
      made.push_back(at::zeros(input.sizes(), input.options()));
    }
    if (shape->of_input) made.push_back(at::zeros(inputs[0].sizes(), inputs[0].options()));
    const Tensor kept = at::empty({shape->episodes, shape->kept}, inputs[0].options());
    AT_DISPATCH_FLOATING_TYPES(kept.scalar_type(), "dense_gradients", [&] {
      const Forward<scalar_t> way(*shape, inputs);
      for (std::int64_t e = 0; e < shape->episodes; ++e) {
        way.episode(e, at_episode<scalar_t>(kept, e), made);
      }
    });
    context->save_for_backward(inputs);
    context->saved_data["shape"] = c10::IValue::make_capsule(shape);
    context->saved_data["kept"] = kept;
    return made;
  }

  static variable_list backward(AutogradContext* context, variable_list directions) {
    const variable_list inputs = context->get_saved_variables();
    const auto capsule = context->saved_data["shape"].toCapsule();
    const Shape& shape = static_cast<const Shape&>(*capsule);
    std::vector<bool> wanted;
    for (std::size_t i = 0; i < inputs.size(); ++i) wanted.push_back(context->needs_input_grad(i));
    variable_list found =
        c10::GradMode::is_enabled()
            ? differentiable(shape, inputs, directions, wanted)
            : along(shape, inputs, directions, context->saved_data["kept"].toTensor(), wanted);
    found.insert(found.begin(), Tensor());
    return found;
  }

 private:
  static variable_list differentiable(const Shape& shape, const variable_list& inputs,
                                      const variable_list& directions,
                                      const std::vector<bool>& wanted) {
    variable_list chosen;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (wanted[i]) chosen.push_back(inputs[i]);
    }
    const variable_list found =
        torch::autograd::grad(plain(shape, inputs), chosen, directions, true, true, true);
    variable_list all(inputs.size());
    auto next = found.begin();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (wanted[i]) all[i] = *next++;
    }
    return all;
  }

  static variable_list along(const Shape& shape, const variable_list& inputs,
                             const variable_list& directions, const Tensor& kept,
                             const std::vector<bool>& wanted) {
    const bool to_input = wanted[0] || (shape.spanned && wanted[1]);
    variable_list all;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const bool needless = i < shape.first_parameter() && !to_input;
      all.push_back(needless ? Tensor() : at::zeros(inputs[i].sizes(), inputs[i].options()));
    }
    const variable_list parameters = parameters_of(shape, all);
    AT_DISPATCH_FLOATING_TYPES(kept.scalar_type(), "dense_gradients", [&] {
      Backward<scalar_t> way(shape, inputs, directions);
      for (std::int64_t e = 0; e < shape.episodes; ++e) {
        scalar_t* input = to_input ? at_episode<scalar_t>(all[0], e) : nullptr;
        way.episode(e, at_episode<scalar_t>(kept, e), parameters, input);
        if (!shape.spanned || !to_input) continue;
        const std::int64_t span = shape.gram.size(2);
        add_product(at_episode<scalar_t>(all[1], e), {at_episode<scalar_t>(shape.gram, e), 1, span},
                    input, span, shape.units, shape.widths[0]);
      }
    });
    return all;
  }
};

}  // namespace

bool has_dense_gradients(const DenseFit& fit) {
  const at::ScalarType type = fit.x.scalar_type();
  const auto fits = [&](const Tensor& tensor) { return tensor.scalar_type() == type; };
  const Tensor& targets =
      fit.loss == LossKind::squared_error ? fit.targets.values : fit.targets.classes;
  return fit.x.is_cpu() && (type == at::kFloat || type == at::kDouble) && targets.defined() &&
         !targets.requires_grad() && (fit.loss == LossKind::cross_entropy || fits(targets)) &&
         std::ranges::all_of(fit.parameters, fits) &&
         (!fit.gram.defined() || (fits(fit.gram) && !fit.gram.requires_grad()));
}

std::vector<Tensor> dense_gradients(const DenseFit& fit, bool of_input) {
  auto shape = c10::make_intrusive<Shape>();
  shape->loss = fit.loss;
  shape->activation = fit.activation;
  const bool numbers = fit.loss == LossKind::squared_error;
  shape->targets = (numbers ? fit.targets.values : fit.targets.classes).contiguous();
  shape->spanned = fit.gram.defined();
  if (shape->spanned) shape->gram = fit.gram.contiguous();
  shape->of_input = of_input;
  shape->episodes = fit.x.size(0);
  shape->units = fit.x.size(1);
  shape->widths.push_back(fit.x.size(2));
  for (std::size_t i = 0; i < fit.parameters.size(); i += 2) {
    shape->widths.push_back(fit.parameters[i].size(2));
  }
  shape->place();
  variable_list all = {fit.x};
  if (shape->spanned) all.push_back(fit.coefficients);
  all.insert(all.end(), fit.parameters.begin(), fit.parameters.end());
  return Fused::apply(shape, at::TensorList(all));
}

}  // namespace inkling
