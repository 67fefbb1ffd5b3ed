#include "inkling/bilevel/dense_gradients.h"

#include <torch/csrc/autograd/custom_function.h>

#include "inkling/bilevel/dense_passes.h"
#include "inkling/nn/layers.h"

namespace inkling {
namespace {

using namespace dense_passes;
using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

variable_list parameters_of(const Shape& shape, const variable_list& all) {
  return {all.begin() + static_cast<std::ptrdiff_t>(shape.first_parameter()),
          all.begin() + static_cast<std::ptrdiff_t>(shape.inputs_count())};
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

/// Zeros for the gradients of the parameters, then of the input where that is wanted.
variable_list room_for(const Shape& shape, const variable_list& inputs) {
  variable_list made;
  for (const Tensor& input : parameters_of(shape, inputs)) {
    made.push_back(at::zeros(input.sizes(), input.options()));
  }
  if (shape.of_input) made.push_back(at::zeros(inputs[0].sizes(), inputs[0].options()));
  return made;
}

/// What moves: the parameters, then C.
variable_list moving(const Shape& shape, const variable_list& inputs) {
  variable_list all = parameters_of(shape, inputs);
  if (shape.spanned) all.push_back(inputs[1]);
  return all;
}

/// A tensor of its own, numbers by numbers: f(a, b).
template <class T, class F>
Tensor combined(const Tensor& a, const Tensor& b, F f) {
  const Tensor made = at::empty(a.sizes(), a.options());
  const Each<T> from(a);
  const Each<T> with(b);
  const std::int64_t size = made.numel() / made.size(0);
  for (std::int64_t e = 0; e < made.size(0); ++e) {
    const T* x = from[e];
    const T* y = with[e];
    T* out = made.data_ptr<T>() + e * size;
    for (std::int64_t i = 0; i < size; ++i) out[i] = f(x[i], y[i]);
  }
  return made;
}

struct Fused : torch::autograd::Function<Fused> {
  /// @param all  x, C where there is one, the parameters, the rates of a descent
  static variable_list forward(AutogradContext* context, const c10::intrusive_ptr<Shape>& shape,
                               at::TensorList all) {
    const auto count = static_cast<std::ptrdiff_t>(shape->inputs_count());
    const variable_list inputs(all.begin(), all.begin() + count);
    const variable_list rates(all.begin() + count, all.end());
    variable_list made = room_for(*shape, inputs);
    const Tensor kept = at::empty({shape->episodes, shape->kept}, inputs[0].options());
    const bool learned =
        std::ranges::any_of(rates, [](const Tensor& r) { return r.requires_grad(); });
    if (learned) context->saved_data["gradients"] = made;
    AT_DISPATCH_FLOATING_TYPES(kept.scalar_type(), "dense_gradients", [&] {
      const Forward<scalar_t> way(*shape, inputs);
      for (std::int64_t e = 0; e < shape->episodes; ++e) {
        way.episode(e, at_episode<scalar_t>(kept, e), made);
      }
      if (!shape->descends) return;
      const variable_list before = moving(*shape, inputs);
      for (std::size_t i = 0; i < made.size(); ++i) {
        const auto rate = static_cast<scalar_t>(rates[i].item<double>());
        made[i] = combined<scalar_t>(before[i], made[i], [rate](scalar_t value, scalar_t gradient) {
          return value - rate * gradient;
        });
      }
    });
    context->save_for_backward(variable_list(all.begin(), all.end()));
    context->saved_data["shape"] = c10::IValue::make_capsule(shape);
    context->saved_data["kept"] = kept;
    return made;
  }

  static variable_list backward(AutogradContext* context, variable_list directions) {
    const variable_list all = context->get_saved_variables();
    const auto capsule = context->saved_data["shape"].toCapsule();
    const Shape& shape = static_cast<const Shape&>(*capsule);
    std::vector<bool> wanted;
    for (std::size_t i = 0; i < all.size(); ++i) wanted.push_back(context->needs_input_grad(i));
    variable_list found = c10::GradMode::is_enabled()
                              ? differentiable(shape, all, directions, wanted)
                              : along(context, shape, all, directions, wanted);
    found.insert(found.begin(), Tensor());
    return found;
  }

 private:
  /// The derivatives are partial: an input may be a function of another (a parameter of the rate
  /// that moved it), and each counts for itself alone. Hence the aliases.
  static variable_list differentiable(const Shape& shape, variable_list all,
                                      const variable_list& directions,
                                      const std::vector<bool>& wanted) {
    for (Tensor& input : all) {
      if (input.requires_grad()) input = input.alias();
    }
    const auto count = static_cast<std::ptrdiff_t>(shape.inputs_count());
    const variable_list inputs(all.begin(), all.begin() + count);
    variable_list made = plain(shape, inputs);
    if (shape.descends) {
      const variable_list before = moving(shape, inputs);
      for (std::size_t i = 0; i < made.size(); ++i) {
        made[i] = before[i] - all[inputs.size() + i] * made[i];
      }
    }
    variable_list chosen;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (wanted[i]) chosen.push_back(all[i]);
    }
    const variable_list found =
        torch::autograd::grad(made, chosen, directions, true, true, /*allow_unused=*/true);
    variable_list placed(all.size());
    auto next = found.begin();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (wanted[i]) placed[i] = *next++;
    }
    return placed;
  }

  /// The directions of a descent's gradients, and their results so far: those of the values.
  static void of_descent(const Shape& shape, const variable_list& rates, variable_list& directions,
                         variable_list& found) {
    const std::size_t first = shape.first_parameter();
    for (std::size_t i = 0; i < directions.size(); ++i) {
      const bool of_c = i == 2 * shape.layers();
      found[of_c ? 1 : first + i] = directions[i].clone(at::MemoryFormat::Contiguous);
      directions[i] = directions[i] * -rates[i].item<double>();
    }
  }

  static variable_list along(AutogradContext* context, const Shape& shape, const variable_list& all,
                             variable_list directions, const std::vector<bool>& wanted) {
    const std::size_t count = shape.inputs_count();
    const variable_list inputs(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
    const variable_list rates(all.begin() + static_cast<std::ptrdiff_t>(count), all.end());
    const Tensor kept = context->saved_data["kept"].toTensor();
    variable_list found(all.size());
    for (std::size_t i = 0; i < rates.size(); ++i) {
      if (!wanted[count + i]) continue;
      const Tensor gradient = context->saved_data["gradients"].toTensorVector()[i];
      found[count + i] = (directions[i] * gradient).sum().neg();
    }
    if (shape.descends) of_descent(shape, rates, directions, found);
    const bool to_input = wanted[0] || (shape.spanned && wanted[1]);
    for (std::size_t i = to_input ? 0 : shape.first_parameter(); i < count; ++i) {
      if (!found[i].defined()) found[i] = at::zeros(inputs[i].sizes(), inputs[i].options());
    }
    const variable_list made = parameters_of(shape, found);
    AT_DISPATCH_FLOATING_TYPES(kept.scalar_type(), "dense_gradients", [&] {
      Backward<scalar_t> way(shape, inputs, directions);
      for (std::int64_t e = 0; e < shape.episodes; ++e) {
        scalar_t* input = to_input ? at_episode<scalar_t>(found[0], e) : nullptr;
        way.episode(e, at_episode<scalar_t>(kept, e), made, input);
        if (!shape.spanned || !to_input) continue;
        const std::int64_t span = shape.gram.size(2);
        add_product(at_episode<scalar_t>(found[1], e),
                    {at_episode<scalar_t>(shape.gram, e), 1, span}, input, span, shape.units,
                    shape.widths[0]);
      }
    });
    return found;
  }
};

struct Losses : torch::autograd::Function<Losses> {
  static Variable forward(AutogradContext* context, const c10::intrusive_ptr<Shape>& shape,
                          at::TensorList all) {
    const variable_list inputs(all.begin(), all.end());
    const variable_list made = room_for(*shape, inputs);
    const Tensor losses = at::empty({shape->episodes}, inputs[0].options());
    const Tensor kept = at::empty({shape->kept}, inputs[0].options());
    AT_DISPATCH_FLOATING_TYPES(kept.scalar_type(), "dense_losses", [&] {
      const Forward<scalar_t> way(*shape, inputs);
      for (std::int64_t e = 0; e < shape->episodes; ++e) {
        losses.data_ptr<scalar_t>()[e] = way.episode(e, kept.data_ptr<scalar_t>(), made);
      }
    });
    context->save_for_backward(inputs);
    context->saved_data["shape"] = c10::IValue::make_capsule(shape);
    context->saved_data["gradients"] = made;
    return losses;
  }

  static variable_list backward(AutogradContext* context, variable_list gradient) {
    const variable_list inputs = context->get_saved_variables();
    const auto shape = context->saved_data["shape"].toCapsule();
    const Shape& known = static_cast<const Shape&>(*shape);
    const variable_list made =
        c10::GradMode::is_enabled()
            ? Fused::apply(c10::make_intrusive<Shape>(known), at::TensorList(inputs))
            : context->saved_data["gradients"].toTensorVector();
    const std::size_t first = known.first_parameter();
    variable_list found(1 + inputs.size());
    const auto by = [&](const Tensor& value) {
      std::vector<std::int64_t> shape_of(static_cast<std::size_t>(value.dim()), 1);
      shape_of[0] = value.size(0);
      return value * gradient[0].reshape(shape_of);
    };
    for (std::size_t i = 0; i < 2 * known.layers(); ++i) found[1 + first + i] = by(made[i]);
    if (known.of_input) {
      found[1] = by(made.back());
      if (known.spanned) found[2] = at::bmm(known.gram.transpose(1, 2), found[1]);
    }
    return found;
  }
};

c10::intrusive_ptr<Shape> shape_of(const DenseFit& fit) {
  auto shape = c10::make_intrusive<Shape>();
  shape->loss = fit.loss;
  shape->activation = fit.activation;
  const bool numbers = fit.loss == LossKind::squared_error;
  shape->targets = (numbers ? fit.targets.values : fit.targets.classes).contiguous();
  shape->spanned = fit.gram.defined();
  if (shape->spanned) shape->gram = fit.gram.contiguous();
  shape->episodes = fit.x.size(0);
  shape->units = fit.x.size(1);
  shape->widths.push_back(fit.x.size(2));
  for (std::size_t i = 0; i < fit.parameters.size(); i += 2) {
    shape->widths.push_back(fit.parameters[i].size(2));
  }
  return shape;
}

variable_list inputs_of(const DenseFit& fit) {
  variable_list all = {fit.x};
  if (fit.gram.defined()) all.push_back(fit.coefficients);
  all.insert(all.end(), fit.parameters.begin(), fit.parameters.end());
  return all;
}

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
  const auto shape = shape_of(fit);
  shape->of_input = of_input;
  shape->place();
  return Fused::apply(shape, at::TensorList(inputs_of(fit)));
}

std::vector<Tensor> dense_step(const DenseFit& fit, const std::vector<Tensor>& rates) {
  const auto shape = shape_of(fit);
  shape->descends = true;
  shape->of_input = shape->spanned;
  shape->place();
  variable_list all = inputs_of(fit);
  all.insert(all.end(), rates.begin(), rates.end());
  return Fused::apply(shape, at::TensorList(all));
}

Tensor dense_losses(const DenseFit& fit) {
  const auto shape = shape_of(fit);
  shape->of_input = fit.x.requires_grad() || (shape->spanned && fit.coefficients.requires_grad());
  shape->place();
  return Losses::apply(shape, at::TensorList(inputs_of(fit)));
}

}  // namespace inkling
