#include "inkling/bilevel/linear_loss.h"

#include <ATen/Dispatch.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

#include "inkling/nn/clones.h"
#include "inkling/tensor/share_out.h"

namespace inkling {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::AutoGradMode;
using torch::autograd::variable_list;

/// Examples are cut into this many parts, whatever the number of threads, whose sums are added in
/// order.
constexpr std::int64_t kParts = 16;

/// The products of kRows rows, one after the other from x, with v, in lanes that are added in
/// float64. The processor does not foresee where rows go on: those from `next` are asked for as
/// these go by.
template <int kRows, class T>
[[gnu::always_inline]] inline void products(T* __restrict out, const T* __restrict x, const T* next,
                                            const T* __restrict v, std::int64_t width) {
  constexpr std::int64_t kLanes = 32;
  constexpr std::int64_t kLine = 64 / sizeof(T);
  T lanes[kRows][kLanes] = {};
  std::int64_t d = 0;
  for (; d + kLanes <= width; d += kLanes) {
    for (int r = 0; r < kRows; ++r) {
      for (std::int64_t l = 0; l < kLanes; l += kLine) {
        __builtin_prefetch(next + r * width + d + l);
      }
      for (std::int64_t l = 0; l < kLanes; ++l) lanes[r][l] += x[r * width + d + l] * v[d + l];
    }
  }
  for (int r = 0; r < kRows; ++r) {
    double sum = 0;
    for (const T lane : lanes[r]) sum += static_cast<double>(lane);
    for (std::int64_t i = d; i < width; ++i) sum += static_cast<double>(x[r * width + i] * v[i]);
    out[r] = static_cast<T>(sum);
  }
}

/// sum += the sum over rows of factor * row, factor = by[i], or by[i] * <row, v>. Two rows at a
/// time, so that the sum is read and written once for both.
template <class T>
[[gnu::always_inline]] inline void add_rows(T* __restrict sum, const T* __restrict x,
                                            const T* __restrict by, const T* __restrict v,
                                            std::int64_t rows, std::int64_t width) {
  T factors[2];
  std::int64_t i = 0;
  for (; i + 2 <= rows; i += 2, x += 2 * width) {
    if (v != nullptr) {
      products<2>(factors, x, i + 4 <= rows ? x + 2 * width : x, v, width);
      for (int r = 0; r < 2; ++r) factors[r] *= by[i + r];
    } else {
      std::copy_n(by + i, 2, factors);
    }
    for (std::int64_t d = 0; d < width; ++d) {
      sum[d] += factors[0] * x[d] + factors[1] * x[width + d];
    }
  }
  if (i == rows) return;
  if (v != nullptr) products<1>(factors, x, x, v, width);
  factors[0] = v == nullptr ? by[i] : by[i] * factors[0];
  for (std::int64_t d = 0; d < width; ++d) sum[d] += factors[0] * x[d];
}

template <class T>
[[gnu::always_inline]] inline void multiply(T* __restrict out, const T* __restrict x,
                                            const T* __restrict v, std::int64_t rows,
                                            std::int64_t width) {
  std::int64_t i = 0;
  for (; i + 2 <= rows; i += 2) {
    const T* const at = x + i * width;
    products<2>(out + i, at, i + 4 <= rows ? at + 2 * width : at, v, width);
  }
  if (i < rows) products<1>(out + i, x + i * width, x, v, width);
}

// The same, compiled for several processors.
#define INKLING_LINEAR_LOSS(T)                                                                 \
  INKLING_CLONES void add_part(T* sum, const T* x, const T* by, const T* v, std::int64_t rows, \
                               std::int64_t width) {                                           \
    add_rows(sum, x, by, v, rows, width);                                                      \
  }                                                                                            \
  INKLING_CLONES void multiply_part(T* out, const T* x, const T* v, std::int64_t rows,         \
                                    std::int64_t width) {                                      \
    multiply(out, x, v, rows, width);                                                          \
  }
INKLING_LINEAR_LOSS(float)
INKLING_LINEAR_LOSS(double)
#undef INKLING_LINEAR_LOSS

/// body(part, begin, end) of parts of the examples.
template <class Body>
void in_parts(std::int64_t examples, const Body& body) {
  const std::int64_t parts = std::min(kParts, examples);
  share_out(parts, 1, [&](std::int64_t from, std::int64_t until) {
    for (std::int64_t part = from; part < until; ++part) {
      body(part, examples * part / parts, examples * (part + 1) / parts);
    }
  });
}

bool has_loops(const Tensor& features) {
  return features.is_cpu() && features.is_contiguous();
}

/// X v.
Tensor scores_of(const Tensor& features, const Tensor& v) {
  if (!has_loops(features)) return at::mv(features, v);
  const std::int64_t width = features.size(1);
  Tensor out = at::empty({features.size(0)}, features.options());
  const Tensor along = v.contiguous();
  AT_DISPATCH_FLOATING_TYPES(features.scalar_type(), "linear_loss", [&] {
    const auto* x = features.const_data_ptr<scalar_t>();
    const auto* to = along.const_data_ptr<scalar_t>();
    auto* made = out.data_ptr<scalar_t>();
    in_parts(features.size(0), [&](std::int64_t, std::int64_t begin, std::int64_t end) {
      multiply_part(made + begin, x + begin * width, to, end - begin, width);
    });
  });
  return out;
}

/// X^T by, or X^T (by * X v).
Tensor transposed(const Tensor& features, const Tensor& by, const Tensor& v = {}) {
  if (!has_loops(features)) {
    return at::mv(features.t(), v.defined() ? by * at::mv(features, v) : by);
  }
  const std::int64_t width = features.size(1);
  Tensor sums = at::zeros({std::min(kParts, features.size(0)), width}, features.options());
  const Tensor factors = by.contiguous();
  const Tensor along = v.defined() ? v.contiguous() : v;
  AT_DISPATCH_FLOATING_TYPES(features.scalar_type(), "linear_loss", [&] {
    const auto* x = features.const_data_ptr<scalar_t>();
    const auto* of = factors.const_data_ptr<scalar_t>();
    const auto* to = along.defined() ? along.const_data_ptr<scalar_t>() : nullptr;
    auto* sum = sums.data_ptr<scalar_t>();
    in_parts(features.size(0), [&](std::int64_t part, std::int64_t begin, std::int64_t end) {
      add_part(sum + part * width, x + begin * width, of + begin, to, end - begin, width);
    });
  });
  return sums.sum(0);
}

Tensor by_operators(const Tensor& features, const Tensor& weights, const ScoreLoss& loss) {
  return loss(at::mv(features, weights)).mean();
}

/// What the loss's derivatives are made of, at one w.
struct At : torch::CustomClassHolder {
  Tensor features;
  ScoreLoss loss;
  Tensor slope;  ///< loss' / N of each example
  Tensor bend;   ///< loss'' / N
};
using AtPtr = c10::intrusive_ptr<At>;

AtPtr at_of(AutogradContext* context) {
  auto capsule = context->saved_data.at("at").toCapsule();
  return c10::static_intrusive_pointer_cast<At>(capsule);
}

/// The gradient as a function of w.
struct Slope : torch::autograd::Function<Slope> {
  static Tensor forward(AutogradContext* context, const Tensor& weights, const AtPtr& at) {
    context->save_for_backward({weights});
    context->saved_data["at"] = c10::IValue::make_capsule(at);
    return transposed(at->features, at->slope);
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const AtPtr at = at_of(context);
    const Tensor& v = gradients[0];
    if (!c10::GradMode::is_enabled()) return {transposed(at->features, at->bend, v), Tensor()};
    // To be differentiated further.
    const Tensor weights = context->get_saved_variables()[0];
    const Tensor at_w = weights.requires_grad() ? weights : leaf(weights);
    const Tensor slope = torch::autograd::grad({by_operators(at->features, at_w, at->loss)}, {at_w},
                                               {}, true, true)[0];
    return {torch::autograd::grad({slope}, {at_w}, {v}, true, true)[0], Tensor()};
  }
};

struct LinearLoss : torch::autograd::Function<LinearLoss> {
  static Tensor forward(AutogradContext* context, const Tensor& weights, const Tensor& features,
                        const ScoreLoss& loss) {
    const AutoGradMode on(true);
    auto at = c10::make_intrusive<At>();
    const Tensor scores = leaf(scores_of(features, weights.detach()));
    const Tensor each = loss(scores);
    const double share = 1 / static_cast<double>(features.size(0));
    const Tensor slope = torch::autograd::grad({each.sum()}, {scores}, {}, true, true)[0];
    at->features = features;
    at->loss = loss;
    at->slope = slope.detach() * share;
    at->bend = at::zeros_like(at->slope);
    if (slope.requires_grad()) {
      const Tensor bend = torch::autograd::grad({slope.sum()}, {scores}, {}, false, false, true)[0];
      if (bend.defined()) at->bend = (bend * share).contiguous();
    }
    context->save_for_backward({weights});
    context->saved_data["at"] = c10::IValue::make_capsule(at);
    return each.detach().mean();
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const Tensor weights = context->get_saved_variables()[0];
    return {gradients[0] * Slope::apply(weights, at_of(context)), Tensor(), Tensor()};
  }
};

}  // namespace

Tensor linear_loss(const Tensor& features, const Tensor& weights, const ScoreLoss& loss) {
  if (!weights.requires_grad() || !c10::GradMode::is_enabled()) {
    return by_operators(features, weights, loss);
  }
  return LinearLoss::apply(weights, features, loss);
}

}  // namespace inkling
