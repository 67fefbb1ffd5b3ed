#include "inkling/optim/adam_update.h"

#include <ATen/Dispatch.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>

#include "inkling/tensor/jacobian_products.h"
#include "inkling/tensor/share_out.h"

namespace inkling {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::AutoGradMode;
using torch::autograd::variable_list;

/// What a thread takes at once, and what a sum is cut into.
constexpr std::int64_t kPiece = 16384;

/// The numbers in the type of the tensors, as operators take them.
template <class T>
struct In {
  explicit In(const AdamNumbers& numbers)
      : beta1(static_cast<T>(numbers.beta1)),
        rest1(static_cast<T>(1 - numbers.beta1)),
        beta2(static_cast<T>(numbers.beta2)),
        rest2(static_cast<T>(1 - numbers.beta2)),
        epsilon(static_cast<T>(numbers.epsilon)),
        first(static_cast<T>(numbers.first)),
        second(static_cast<T>(numbers.second)),
        tiny(static_cast<T>(sizeof(T) == 8 ? 1e-60 : 1e-30)) {}

  T beta1, rest1, beta2, rest2, epsilon, first, second, tiny;

  /// What an element's derivatives are made of.
  struct Parts {
    T m;     ///< after the step
    T v;     ///< after the step
    T mean;  ///< m without its bias
    T root;  ///< of v without its bias
    T denominator;
    T slope;  ///< d root / d v
  };
  Parts at(T g, T m_before, T v_before) const {
    Parts p;
    p.m = beta1 * m_before + rest1 * g;
    p.v = beta2 * v_before + rest2 * (g * g);
    p.mean = p.m / first;
    const T unbiased = p.v / second;
    p.root = std::sqrt(std::max(unbiased, tiny));
    p.denominator = p.root + epsilon;
    p.slope = unbiased >= tiny ? 1 / (2 * p.root * second) : T(0);
    return p;
  }
};

double tiny_of(const Tensor& v) {
  return v.scalar_type() == at::kDouble ? 1e-60 : 1e-30;
}

/// body(begin, end) of pieces that do not depend on the number of threads.
template <class Body>
void in_pieces(std::int64_t size, const Body& body) {
  const std::int64_t pieces = (size + kPiece - 1) / kPiece;
  share_out(pieces, 1, [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t i = from; i < to; ++i) {
      body(i, i * kPiece, std::min(size, (i + 1) * kPiece));
    }
  });
}

AdamNumbers numbers_of(const AutogradContext* context) {
  const std::vector<double> values = context->saved_data.at("numbers").toDoubleVector();
  return {values[0], values[1], values[2], values[3], values[4]};
}

void keep_numbers(AutogradContext* context, const AdamNumbers& n) {
  context->saved_data["numbers"] =
      std::vector<double>{n.beta1, n.beta2, n.epsilon, n.first, n.second};
}

/// The gradients of gradient, m, v and rate from those of update, m', v'.
variable_list carried_back(const variable_list& of, const variable_list& at,
                           const AdamNumbers& numbers) {
  variable_list found = {at::empty_like(at[0]), at::empty_like(at[1]), at::empty_like(at[2]),
                         at::empty_like(at[3])};
  const std::int64_t size = at[0].numel();
  std::vector<double> of_rate(static_cast<std::size_t>((size + kPiece - 1) / kPiece));
  AT_DISPATCH_FLOATING_TYPES(at[0].scalar_type(), "adam_update", [&] {
    const In<scalar_t> in(numbers);
    const scalar_t rate = at[3].item<scalar_t>();
    const auto* g = at[0].const_data_ptr<scalar_t>();
    const auto* m = at[1].const_data_ptr<scalar_t>();
    const auto* v = at[2].const_data_ptr<scalar_t>();
    const auto* of_u = of[0].const_data_ptr<scalar_t>();
    const auto* of_m = of[1].const_data_ptr<scalar_t>();
    const auto* of_v = of[2].const_data_ptr<scalar_t>();
    auto* to_g = found[0].data_ptr<scalar_t>();
    auto* to_m = found[1].data_ptr<scalar_t>();
    auto* to_v = found[2].data_ptr<scalar_t>();
    in_pieces(size, [&](std::int64_t piece, std::int64_t begin, std::int64_t end) {
      double sum = 0;
      for (std::int64_t i = begin; i < end; ++i) {
        const auto p = in.at(g[i], m[i], v[i]);
        const scalar_t share = of_u[i] / p.denominator;
        sum -= static_cast<double>(share * p.mean);
        const scalar_t m_after = of_m[i] - rate * share / in.first;
        const scalar_t v_after = of_v[i] + rate * share * p.mean / p.denominator * p.slope;
        to_g[i] = in.rest1 * m_after + 2 * in.rest2 * g[i] * v_after;
        to_m[i] = in.beta1 * m_after;
        to_v[i] = in.beta2 * v_after;
      }
      of_rate[static_cast<std::size_t>(piece)] = sum;
    });
  });
  double sum = 0;
  for (const double part : of_rate) sum += part;
  found[3].fill_(sum);
  return found;
}

/// The change of update, m', v' along one of gradient, m, v and rate.
variable_list carried(const variable_list& along, const variable_list& at,
                      const AdamNumbers& numbers) {
  variable_list found = {at::empty_like(at[0]), at::empty_like(at[1]), at::empty_like(at[2])};
  AT_DISPATCH_FLOATING_TYPES(at[0].scalar_type(), "adam_update", [&] {
    const In<scalar_t> in(numbers);
    const scalar_t rate = at[3].item<scalar_t>();
    const scalar_t d_rate = along[3].item<scalar_t>();
    const auto* g = at[0].const_data_ptr<scalar_t>();
    const auto* m = at[1].const_data_ptr<scalar_t>();
    const auto* v = at[2].const_data_ptr<scalar_t>();
    const auto* d_g = along[0].const_data_ptr<scalar_t>();
    const auto* d_m = along[1].const_data_ptr<scalar_t>();
    const auto* d_v = along[2].const_data_ptr<scalar_t>();
    auto* to_u = found[0].data_ptr<scalar_t>();
    auto* to_m = found[1].data_ptr<scalar_t>();
    auto* to_v = found[2].data_ptr<scalar_t>();
    in_pieces(at[0].numel(), [&](std::int64_t, std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const auto p = in.at(g[i], m[i], v[i]);
        to_m[i] = in.beta1 * d_m[i] + in.rest1 * d_g[i];
        to_v[i] = in.beta2 * d_v[i] + 2 * in.rest2 * g[i] * d_g[i];
        const scalar_t of_root = p.slope * to_v[i];
        to_u[i] = (-d_rate * p.mean - rate * (to_m[i] / in.first) +
                   rate * p.mean * of_root / p.denominator) /
                  p.denominator;
      }
    });
  });
  return found;
}

/// Zeros that take no memory.
Tensor zeros_as(const Tensor& like) {
  return at::zeros({}, like.options()).expand(like.sizes());
}

/// Whether a tensor is such zeros: what is linear in it is zero then.
bool is_such_zeros(const Tensor& value) {
  const bool one_number =
      std::ranges::all_of(value.strides(), [](std::int64_t stride) { return stride == 0; });
  return one_number && value.numel() > 0 && value.as_strided({}, {}).item<double>() == 0;
}

/// Undefined ones as zeros.
variable_list filled(const variable_list& values, const variable_list& like) {
  variable_list made;
  for (std::size_t i = 0; i < values.size(); ++i) {
    made.push_back(values[i].defined() ? values[i] : zeros_as(like[i]));
  }
  return made;
}

variable_list contiguous(variable_list values) {
  for (Tensor& value : values) value = value.contiguous();
  return values;
}

/// The gradients of `of` (gradient, m, v, rate as operators' functions) with respect to the inputs
/// that are asked for. Where gradients are on they have a graph.
variable_list back_by_operators(const variable_list& of, const variable_list& at,
                                const AdamNumbers& numbers) {
  const auto results = adam_update_by_operators(at[0], at[1], at[2], at[3], numbers);
  return torch::autograd::grad({results[0], results[1], results[2]}, at, of, true, true, true);
}

/// The derivative as a function of its own: linear in what comes first, the gradients of update, m'
/// and v'.
struct AdamBack : torch::autograd::Function<AdamBack> {
  static variable_list forward(AutogradContext* context, const Tensor& of_u, const Tensor& of_m,
                               const Tensor& of_v, const Tensor& g, const Tensor& m,
                               const Tensor& v, const Tensor& rate, const AdamNumbers& numbers) {
    context->save_for_backward({of_u, of_m, of_v, g, m, v, rate});
    keep_numbers(context, numbers);
    context->set_materialize_grads(false);
    if (is_such_zeros(of_u) && is_such_zeros(of_m) && is_such_zeros(of_v)) {
      return {zeros_as(g), zeros_as(m), zeros_as(v), at::zeros_like(rate)};
    }
    return carried_back(contiguous({of_u, of_m, of_v}), {g, m, v, rate}, numbers);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const AdamNumbers numbers = numbers_of(context);
    const variable_list at(saved.begin() + 3, saved.end());
    const variable_list along = filled(gradients, at);
    variable_list all(8);
    bool by_operators = c10::GradMode::is_enabled();
    for (std::size_t i = 3; i < 7; ++i) {
      by_operators = by_operators || context->needs_input_grad(i);
    }
    if (!by_operators) {
      const variable_list found = carried(contiguous(along), at, numbers);
      std::ranges::copy(found, all.begin());
      return all;
    }
    const bool graph = c10::GradMode::is_enabled();
    const AutoGradMode on(true);
    variable_list inputs;
    for (const Tensor& value : saved) {
      inputs.push_back(graph && value.requires_grad() ? value : leaf(value));
    }
    const variable_list of(inputs.begin(), inputs.begin() + 3);
    const variable_list here(inputs.begin() + 3, inputs.end());
    const variable_list back = back_by_operators(of, here, numbers);
    const variable_list found =
        torch::autograd::grad(back, inputs, along, true, graph, /*allow_unused=*/true);
    std::ranges::copy(found, all.begin());
    return all;
  }
};

struct AdamStepped : torch::autograd::Function<AdamStepped> {
  static variable_list forward(AutogradContext* context, const Tensor& g, const Tensor& m,
                               const Tensor& v, const Tensor& rate, const AdamNumbers& numbers) {
    context->save_for_backward({g, m, v, rate});
    keep_numbers(context, numbers);
    context->set_materialize_grads(false);
    variable_list found = {at::empty_like(g), at::empty_like(m), at::empty_like(v)};
    AT_DISPATCH_FLOATING_TYPES(g.scalar_type(), "adam_update", [&] {
      const In<scalar_t> in(numbers);
      const scalar_t by = -rate.item<scalar_t>();
      const auto* from_g = g.const_data_ptr<scalar_t>();
      const auto* from_m = m.const_data_ptr<scalar_t>();
      const auto* from_v = v.const_data_ptr<scalar_t>();
      auto* to_u = found[0].data_ptr<scalar_t>();
      auto* to_m = found[1].data_ptr<scalar_t>();
      auto* to_v = found[2].data_ptr<scalar_t>();
      in_pieces(g.numel(), [&](std::int64_t, std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
          const auto p = in.at(from_g[i], from_m[i], from_v[i]);
          to_u[i] = by * p.mean / p.denominator;
          to_m[i] = p.m;
          to_v[i] = p.v;
        }
      });
    });
    return found;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list at = context->get_saved_variables();
    const variable_list of = filled(gradients, at);
    const AdamNumbers numbers = numbers_of(context);
    variable_list all = c10::GradMode::is_enabled() ? AdamBack::apply(of[0], of[1], of[2], at[0],
                                                                      at[1], at[2], at[3], numbers)
                                                    : carried_back(contiguous(of), at, numbers);
    all.emplace_back();
    return all;
  }
};

}  // namespace

std::array<Tensor, 3> adam_update_by_operators(const Tensor& gradient, const Tensor& m,
                                               const Tensor& v, const Tensor& rate,
                                               const AdamNumbers& numbers) {
  const Tensor m_after = numbers.beta1 * m + (1 - numbers.beta1) * gradient;
  const Tensor v_after = numbers.beta2 * v + (1 - numbers.beta2) * gradient.square();
  const Tensor root = (v_after / numbers.second).clamp_min(tiny_of(v)).sqrt();
  return {-rate * (m_after / numbers.first) / (root + numbers.epsilon), m_after, v_after};
}

bool has_adam_update(const Tensor& gradient, const Tensor& m, const Tensor& v, const Tensor& rate) {
  const at::ScalarType type = gradient.scalar_type();
  const auto fits = [&](const Tensor& t) {
    return t.is_cpu() && t.is_contiguous() && t.scalar_type() == type &&
           t.sizes() == gradient.sizes();
  };
  return (type == at::kFloat || type == at::kDouble) && fits(gradient) && fits(m) && fits(v) &&
         rate.dim() == 0 && rate.is_cpu() && rate.scalar_type() == type;
}

std::array<Tensor, 3> adam_update(const Tensor& gradient, const Tensor& m, const Tensor& v,
                                  const Tensor& rate, const AdamNumbers& numbers) {
  const variable_list found = AdamStepped::apply(gradient, m, v, rate, numbers);
  return {found[0], found[1], found[2]};
}

std::array<Tensor, 3> adam_update_along(const std::array<Tensor, 4>& along, const Tensor& gradient,
                                        const Tensor& m, const Tensor& v, const Tensor& rate,
                                        const AdamNumbers& numbers) {
  if (std::ranges::none_of(along, [](const Tensor& one) { return one.defined(); })) return {};
  const variable_list at = {gradient.detach(), m.detach(), v.detach(), rate.detach()};
  variable_list of;
  for (std::size_t i = 0; i < 4; ++i) {
    of.push_back(along[i].defined() ? along[i] : at::zeros_like(at[i]));
  }
  if (has_adam_update(gradient, m, v, rate)) {
    const variable_list found = carried(contiguous(of), at, numbers);
    return {found[0], found[1], found[2]};
  }
  const AutoGradMode on(true);
  const variable_list inputs = {leaf(at[0]), leaf(at[1]), leaf(at[2]), leaf(at[3])};
  const auto outputs =
      adam_update_by_operators(inputs[0], inputs[1], inputs[2], inputs[3], numbers);
  const auto found = jacobian_products({outputs.begin(), outputs.end()}, inputs, {of}).front();
  return {found[0], found[1], found[2]};
}

}  // namespace inkling
