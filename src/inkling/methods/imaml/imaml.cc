#include "inkling/methods/imaml/imaml.h"

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/bilevel/implicit/solver.h"
#include "inkling/methods/fitting.h"
#include "inkling/methods/imaml/proximal.h"

namespace inkling::imaml {
namespace {

/// Stream of the random choices on the query.
constexpr std::uint64_t kQuery = 0x71756572;

/// Of each episode. @return float64 [E]
Tensor squares(const Params& params) {
  Tensor sum;
  for (const auto& [name, value] : params) {
    const Tensor own = value.square().reshape({value.size(0), -1}).sum(1, false, at::kDouble);
    sum = sum.defined() ? sum + own : own;
  }
  return sum;
}

/// |gradient + pull| / max(|gradient|, |pull|), of the worst episode: 0 at the solution, where one
/// balances the other, and 1 where nothing has moved yet.
double imbalance(const Params& gradient, const Params& pull) {
  const Tensor larger = at::maximum(squares(gradient), squares(pull));
  const Tensor share = squares(gradient + pull) / at::where(larger > 0, larger, 1.0);
  return share.sqrt().max().item<double>();
}

class Imaml : public FittingMethod {
 public:
  explicit Imaml(const Options& options)
      : FittingMethod(options, Adapt::all, InnerOptions::Outer::none), options_(options) {
    set_transform(proximal(inner().transform));
  }

  Hyper hyper(at::ScalarType dtype) const override {
    Hyper all = FittingMethod::hyper(dtype);
    all.set("proximal", at::scalar_tensor(options_.lambda, at::TensorOptions().dtype(dtype)));
    return all;
  }

  MetaGradient meta_gradient(const Network& model, const Params& meta, const Record& record,
                             const Context& given) const override {
    const Context context = adjusted(meta, given);
    const Params start = detached(meta);
    const Params weights =
        detached(fitted(model, start, record, context, inner(), inner_steps()).weights());
    const Params end =
        weights.where([&](const std::string& name) { return adapts(model, Adapt::all, name); });
    const auto losses = [&](const Params& moved, const Batch& batch, const Targets& targets,
                            const Context& how) {
      const Params all = weights.merged(moved);
      return model.loss(model.score(all, model.encode(all, batch, how), how), targets, how);
    };
    const torch::autograd::AutoGradMode on(true);
    const Params at = leaves(end);
    Context of_query = given;
    of_query.step = inner_steps();
    of_query.key = given.key.fold(kQuery);
    const Tensor found = losses(at, record.query, record.query_targets, of_query);
    Params gradient = end.with(gradients(found.sum(), at.tensors(), false));
    if (record.support.units > 0 && inner_steps() > 0) {
      const double lambda = context.hyper.at("proximal").item<double>();
      const Curvature curvature(
          [&](const Params& moved, const Hyper&) {
            return losses(moved, record.support, record.support_targets, context).sum();
          },
          end, {}, lambda);
      check_solved(curvature, end.map([&](const std::string& name, const Tensor& value) {
        return lambda * (value - start.at(name));
      }));
      gradient = lambda * solved(curvature, gradient);
    }
    MetaGradient result;
    result.losses = found.detach();
    for (const auto& [name, value] : meta) {
      if (!value.requires_grad()) continue;
      const Tensor* of_end = gradient.find(name);
      result.gradients.push_back(of_end != nullptr ? of_end->sum(0)
                                                   : at::zeros_like(value.detach()));
    }
    return result;
  }

 protected:
  Context adjusted(const Params&, const Context& given) const override {
    Context context = given;
    context.training = false;
    return context;
  }

 private:
  /// @param pull  lambda (phi - theta)
  /// @throws Error numeric, where the steps have not come to the solution
  void check_solved(const Curvature& curvature, const Params& pull) const {
    const double left = imbalance(curvature.gradient(), pull);
    if (left <= options_.tolerance) return;
    throw Error(
        ErrorKind::numeric,
        cat("the support is not fitted to its end: after ", inner_steps(),
            " steps the pull of the initialisation and the gradient differ by ", shortest(left),
            " of the larger, more than ", shortest(options_.tolerance)),
        {"", 0, "inner-steps"},
        "use more --inner-steps or a larger --lambda, and an --inner-learning-rate some "
        "way below 2 / (lambda + the largest curvature); --tolerance says what is accepted");
  }

  /// (H + lambda I)^-1 v.
  /// @throws Error numeric, where conjugate gradient has not come near
  Params solved(const Curvature& curvature, const Params& v) const {
    ConjugateGradientOptions options;
    options.iterations = options_.cg_steps;
    options.per_episode = true;
    const Solution solution = solve(curvature, v, *conjugate_gradient(options));
    if (solution.residual <= options_.tolerance) return solution.x;
    std::string message =
        cat("the meta-gradient is not solved for: conjugate gradient has a "
            "residual of ",
            shortest(solution.residual), " after ", solution.iterations, " steps, more than ",
            shortest(options_.tolerance));
    for (const std::string& remark : solution.remarks) message += cat("; ", remark);
    throw Error(ErrorKind::numeric, message, {"", 0, "cg-steps"},
                "use more --cg-steps or a larger --lambda; --tolerance says what is accepted");
  }

  Options options_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<Imaml>(options);
}

}  // namespace inkling::imaml
