#include "inkling/bilevel/linear_loss.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

#include "inkling/nn/row_loops.h"

namespace inkling {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::AutoGradMode;
using torch::autograd::variable_list;

/// Examples are cut into this many parts, whatever the number of threads, whose sums are added in
/// order.
constexpr std::int64_t kParts = 16;

Tensor by_operators(const Tensor& features, const Tensor& weights, const ScoreLoss& loss) {
  return loss(at::mv(features, weights)).mean();
}

/// X^T (bend * X v).
Tensor bent(const Tensor& features, const Tensor& bend, const Tensor& v) {
  if (!features.is_cpu() || !features.is_contiguous()) {
    return at::mv(features.t(), bend * at::mv(features, v));
  }
  const std::int64_t examples = features.size(0);
  const std::int64_t width = features.size(1);
  const std::int64_t parts = std::min(kParts, examples);
  Tensor sums = at::zeros({parts, width}, features.options());
  const Tensor along = v.contiguous();
  AT_DISPATCH_FLOATING_TYPES(features.scalar_type(), "linear_loss", [&] {
    const auto* x = features.const_data_ptr<scalar_t>();
    const auto* of = bend.const_data_ptr<scalar_t>();
    const auto* to = along.const_data_ptr<scalar_t>();
    auto* sum = sums.data_ptr<scalar_t>();
    at::parallel_for(0, parts, 1, [&](std::int64_t from, std::int64_t until) {
      for (std::int64_t part = from; part < until; ++part) {
        const std::int64_t end = examples * (part + 1) / parts;
        for (std::int64_t i = examples * part / parts; i < end; ++i) {
          const scalar_t* row = x + i * width;
          add_scaled(sum + part * width, row, of[i] * dot(row, to, width), width);
        }
      }
    });
  });
  return sums.sum(0);
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
    return at::mv(at->features.t(), at->slope);
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const AtPtr at = at_of(context);
    const Tensor& v = gradients[0];
    if (!c10::GradMode::is_enabled()) return {bent(at->features, at->bend, v), Tensor()};
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
    const Tensor scores = leaf(at::mv(features, weights.detach()));
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
