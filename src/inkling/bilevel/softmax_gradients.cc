#include "inkling/bilevel/softmax_gradients.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>

#include "inkling/nn/row_loops.h"

namespace inkling {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

struct Sizes {
  std::int64_t units;    ///< S
  std::int64_t width;    ///< D
  std::int64_t columns;  ///< K
};

/// out[r] += sum over c of a[r, c] * x[c], rows of `width` numbers.
template <class T>
void add_product(T* out, const T* a, const T* x, std::int64_t rows, std::int64_t columns,
                 std::int64_t width) {
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) {
      add_scaled(out + r * width, x + c * width, a[r * columns + c], width);
    }
  }
}

/// out[c] += sum over r of a[r, c] * x[r].
template <class T>
void add_transposed(T* out, const T* a, const T* x, std::int64_t rows, std::int64_t columns,
                    std::int64_t width) {
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) {
      add_scaled(out + c * width, x + r * width, a[r * columns + c], width);
    }
  }
}

/// out[r, c] += <x[r], y[c]>.
template <class T>
void add_dots(T* out, const T* x, const T* y, std::int64_t rows, std::int64_t columns,
              std::int64_t width) {
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) {
      out[r * columns + c] += dot(x + r * width, y + c * width, width);
    }
  }
}

/// Scores become probabilities; one column is the score of class 1, that of class 0 being 0.
template <class T>
void softmax(T* scores, const Sizes& sizes) {
  for (std::int64_t s = 0; s < sizes.units; ++s, scores += sizes.columns) {
    T largest = *std::max_element(scores, scores + sizes.columns);
    T sum = 0;
    if (sizes.columns == 1) {
      largest = std::max(largest, T(0));
      sum = std::exp(-largest);
    }
    for (std::int64_t k = 0; k < sizes.columns; ++k) {
      scores[k] = std::exp(scores[k] - largest);
      sum += scores[k];
    }
    for (std::int64_t k = 0; k < sizes.columns; ++k) scores[k] /= sum;
  }
}

/// The gradient with respect to the scores: (p - [class]) / S.
template <class T>
void score_gradient(T* out, const T* p, const std::int64_t* classes, const Sizes& sizes) {
  const std::int64_t before = sizes.columns == 1 ? 1 : 0;
  for (std::int64_t s = 0; s < sizes.units; ++s) {
    for (std::int64_t k = 0; k < sizes.columns; ++k) {
      const T is = classes[s] == k + before ? 1 : 0;
      out[s * sizes.columns + k] = (p[s * sizes.columns + k] - is) / static_cast<T>(sizes.units);
    }
  }
}

/// How a change `d` of the score gradient acts on the scores, in place: p (d - <p, d>) / S.
template <class T>
void score_curvature(T* d, const T* p, const Sizes& sizes) {
  for (std::int64_t s = 0; s < sizes.units; ++s, d += sizes.columns, p += sizes.columns) {
    T mean = 0;
    for (std::int64_t k = 0; k < sizes.columns; ++k) mean += p[k] * d[k];
    for (std::int64_t k = 0; k < sizes.columns; ++k) {
      d[k] = p[k] * (d[k] - mean) / static_cast<T>(sizes.units);
    }
  }
}

template <class T>
void add_rows(T* out, const T* x, const Sizes& sizes) {
  for (std::int64_t s = 0; s < sizes.units; ++s) {
    for (std::int64_t k = 0; k < sizes.columns; ++k) out[k] += x[s * sizes.columns + k];
  }
}

/// Head weights by column: [E, K, D], so that a column is a row of numbers.
Tensor by_column(const Tensor& weight) {
  return weight.transpose(1, 2).contiguous();
}

template <class T>
const T* read(const Tensor& tensor) {
  return tensor.const_data_ptr<T>();
}

/// By operators that can be differentiated.
variable_list plain(const SoftmaxFit& fit) {
  const Tensor features = at::baddbmm(fit.first, fit.gram, fit.coefficients);
  Tensor scores = at::baddbmm(fit.bias.unsqueeze(1), features, fit.weight);
  const bool one = scores.size(-1) == 1;
  if (one) scores = at::cat({at::zeros_like(scores), scores}, -1);
  const Tensor hit = at::zeros_like(scores).scatter_(-1, fit.classes.unsqueeze(-1), 1);
  Tensor d = (at::softmax(scores, -1) - hit) / static_cast<double>(scores.size(1));
  if (one) d = d.narrow(-1, 1, 1);
  return {at::bmm(d, fit.weight.transpose(1, 2)), at::bmm(features.transpose(1, 2), d), d.sum(1)};
}

struct Fused : torch::autograd::Function<Fused> {
  static variable_list forward(AutogradContext* context, const Variable& first,
                               const Variable& coefficients, const Variable& weight,
                               const Variable& bias, const Tensor& gram, const Tensor& classes) {
    const Sizes sizes{first.size(1), first.size(2), weight.size(2)};
    const Tensor features = first.clone(at::MemoryFormat::Contiguous);
    const Tensor columns = by_column(weight);
    const Tensor c = coefficients.contiguous();
    const Tensor k = gram.contiguous();
    const Tensor wanted = classes.contiguous();
    // Scores start at the bias.
    const Tensor p =
        bias.unsqueeze(1).expand({-1, sizes.units, -1}).clone(at::MemoryFormat::Contiguous);
    const Tensor d = at::empty_like(p);
    const Tensor to_features = at::zeros_like(features);
    const Tensor to_columns = at::zeros_like(columns);
    const Tensor to_bias = at::zeros({first.size(0), sizes.columns}, first.options());
    AT_DISPATCH_FLOATING_TYPES(first.scalar_type(), "softmax_gradients", [&] {
      for (std::int64_t e = 0; e < first.size(0); ++e) {
        const auto [units, width, outputs] = sizes;
        scalar_t* z = features.data_ptr<scalar_t>() + e * units * width;
        scalar_t* scores = p.data_ptr<scalar_t>() + e * units * outputs;
        scalar_t* delta = d.data_ptr<scalar_t>() + e * units * outputs;
        const scalar_t* w = read<scalar_t>(columns) + e * outputs * width;
        add_product(z, read<scalar_t>(k) + e * units * units, read<scalar_t>(c) + e * units * width,
                    units, units, width);
        add_dots(scores, z, w, units, outputs, width);
        softmax(scores, sizes);
        score_gradient(delta, scores, wanted.const_data_ptr<std::int64_t>() + e * units, sizes);
        add_product(to_features.data_ptr<scalar_t>() + e * units * width, delta, w, units, outputs,
                    width);
        add_transposed(to_columns.data_ptr<scalar_t>() + e * outputs * width, delta, z, units,
                       outputs, width);
        add_rows(to_bias.data_ptr<scalar_t>() + e * outputs, delta, sizes);
      }
    });
    context->save_for_backward({first, coefficients, weight, bias});
    context->saved_data["gram"] = k;
    context->saved_data["classes"] = wanted;
    context->saved_data["features"] = features;
    context->saved_data["columns"] = columns;
    context->saved_data["p"] = p;
    context->saved_data["d"] = d;
    return {to_features, to_columns.transpose(1, 2), to_bias};
  }

  static variable_list backward(AutogradContext* context, variable_list gradient) {
    const variable_list saved = context->get_saved_variables();
    const auto kept = [&](const char* name) { return context->saved_data[name].toTensor(); };
    const Tensor gram = kept("gram");
    if (c10::GradMode::is_enabled()) {
      const variable_list made =
          plain({saved[0], gram, saved[1], saved[2], saved[3], kept("classes")});
      variable_list inputs;
      for (std::size_t i = 0; i < 4; ++i) {
        if (context->needs_input_grad(i)) inputs.push_back(saved[i]);
      }
      const variable_list found = torch::autograd::grad(made, inputs, gradient, true, true, true);
      variable_list all(6);
      auto next = found.begin();
      for (std::size_t i = 0; i < 4; ++i) {
        if (context->needs_input_grad(i)) all[i] = *next++;
      }
      return all;
    }
    const Tensor features = kept("features");
    const Tensor columns = kept("columns");
    const Tensor p = kept("p");
    const Tensor d = kept("d");
    const Sizes sizes{features.size(1), features.size(2), columns.size(1)};
    const Tensor of_features = gradient[0].contiguous();
    const Tensor of_columns = by_column(gradient[1]);
    // Changes of the score gradient start at that of the bias's.
    const Tensor change =
        gradient[2].unsqueeze(1).expand({-1, sizes.units, -1}).clone(at::MemoryFormat::Contiguous);
    const Tensor to_first = at::zeros_like(features);
    const Tensor to_coefficients = at::zeros_like(features);
    const Tensor to_columns = at::zeros_like(columns);
    const Tensor to_bias = at::zeros({features.size(0), sizes.columns}, features.options());
    AT_DISPATCH_FLOATING_TYPES(features.scalar_type(), "softmax_gradients", [&] {
      for (std::int64_t e = 0; e < features.size(0); ++e) {
        const auto [units, width, outputs] = sizes;
        const scalar_t* z = read<scalar_t>(features) + e * units * width;
        const scalar_t* w = read<scalar_t>(columns) + e * outputs * width;
        const scalar_t* delta = read<scalar_t>(d) + e * units * outputs;
        const scalar_t* a = read<scalar_t>(of_features) + e * units * width;
        const scalar_t* b = read<scalar_t>(of_columns) + e * outputs * width;
        scalar_t* t = change.data_ptr<scalar_t>() + e * units * outputs;
        scalar_t* to_z = to_first.data_ptr<scalar_t>() + e * units * width;
        scalar_t* to_w = to_columns.data_ptr<scalar_t>() + e * outputs * width;
        add_dots(t, a, w, units, outputs, width);
        add_dots(t, z, b, units, outputs, width);
        score_curvature(t, read<scalar_t>(p) + e * units * outputs, sizes);
        add_product(to_z, delta, b, units, outputs, width);
        add_product(to_z, t, w, units, outputs, width);
        add_transposed(to_w, delta, a, units, outputs, width);
        add_transposed(to_w, t, z, units, outputs, width);
        add_rows(to_bias.data_ptr<scalar_t>() + e * outputs, t, sizes);
        add_transposed(to_coefficients.data_ptr<scalar_t>() + e * units * width,
                       read<scalar_t>(gram) + e * units * units, to_z, units, units, width);
      }
    });
    return {to_first, to_coefficients, to_columns.transpose(1, 2), to_bias, {}, {}};
  }
};

}  // namespace

bool has_softmax_gradients(const SoftmaxFit& fit) {
  const at::ScalarType type = fit.first.scalar_type();
  return fit.first.is_cpu() && (type == at::kFloat || type == at::kDouble) &&
         fit.classes.defined() && !fit.gram.requires_grad() && fit.gram.scalar_type() == type &&
         fit.weight.dim() == 3 && fit.bias.dim() == 2;
}

SoftmaxGradients softmax_gradients(const SoftmaxFit& fit) {
  const variable_list found =
      Fused::apply(fit.first, fit.coefficients, fit.weight, fit.bias, fit.gram, fit.classes);
  return {found[0], found[1], found[2]};
}

}  // namespace inkling
