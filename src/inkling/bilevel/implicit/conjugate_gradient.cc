#include <cmath>

#include "inkling/base/strings.h"
#include "inkling/bilevel/implicit/solver.h"

namespace inkling {
namespace {

class ConjugateGradient : public Solver {
 public:
  explicit ConjugateGradient(ConjugateGradientOptions options) : options_(options) {}
  std::string name() const override { return "conjugate gradient"; }

  Solution solve(const Curvature& curvature, const Params& v) const override {
    Solution found;
    found.x = v.map([](const std::string&, const Tensor& value) { return at::zeros_like(value); });
    Params residual = v;
    Params direction = v;
    const Tensor of_v = inner(v, v);
    Tensor square = of_v;
    const double enough = options_.tolerance * options_.tolerance;
    const auto share = [&] {
      return at::where(of_v > 0, square / of_v, at::zeros_like(of_v)).max().item<double>();
    };
    bool flat = false;
    for (; found.iterations < options_.iterations && share() > enough; ++found.iterations) {
      const Params product = curvature.times(direction);
      const Tensor bend = inner(direction, product);
      // Where nothing is left the direction is zero.
      flat = at::logical_and(bend <= 0, square > enough * of_v).any().item<bool>();
      if (flat) break;
      const Tensor along = at::where(bend > 0, square / bend, at::zeros_like(bend));
      found.x = found.x + scaled(along, direction);
      residual = residual + scaled(-along, product);
      const Tensor next = inner(residual, residual);
      const Tensor turn = at::where(square > 0, next / square, at::zeros_like(square));
      direction = residual + scaled(turn, direction);
      square = next;
    }
    found.residual = std::sqrt(share());
    if (flat) {
      found.remarks.push_back(
          cat("the loss does not curve up along a direction that conjugate gradient met after ",
              found.iterations, " iterations: the point is no minimum, or damping is needed"));
    }
    return found;
  }

 private:
  /// <a, b>, of each episode or of all. @return float64 [E] or []
  Tensor inner(const Params& a, const Params& b) const {
    Tensor sum;
    for (const auto& [name, value] : a) {
      const Tensor product = value * b.at(name);
      const Tensor own = options_.per_episode
                             ? product.reshape({product.size(0), -1}).sum(1, false, at::kDouble)
                             : product.sum(at::kDouble);
      sum = sum.defined() ? sum + own : own;
    }
    return sum;
  }

  Params scaled(const Tensor& factor, const Params& params) const {
    return params.map([&](const std::string&, const Tensor& value) {
      std::vector<std::int64_t> shape(static_cast<std::size_t>(value.dim()), 1);
      if (options_.per_episode) shape[0] = factor.size(0);
      return value * factor.to(value.scalar_type()).reshape(shape);
    });
  }

  ConjugateGradientOptions options_;
};

}  // namespace

SolverPtr conjugate_gradient(ConjugateGradientOptions options) {
  return std::make_shared<ConjugateGradient>(options);
}

}  // namespace inkling
