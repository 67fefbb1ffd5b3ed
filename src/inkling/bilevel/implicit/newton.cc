#include "inkling/bilevel/implicit/newton.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace inkling {
namespace {

/// Of the fall that the slope promises, what a step must bring.
constexpr double kEnough = 1e-4;
constexpr int kHalvings = 30;

/// A direction that descends: conjugate gradient on H d = -g until |H d + g| <= tolerance |g|, or
/// the steepest where not even that curves up.
Params direction(const Curvature& curvature, double tolerance, std::int64_t products) {
  Params residual = -1. * curvature.gradient();
  Params along = residual;
  Params found = 0. * residual;
  double square = dot(residual, residual);
  const double enough = tolerance * tolerance * square;
  for (std::int64_t i = 0; i < products && square > enough; ++i) {
    const Params product = curvature.times(along);
    const double bend = dot(along, product);
    if (bend <= 0) return i == 0 ? residual : found;
    const double length = square / bend;
    found = found + length * along;
    residual = residual + -length * product;
    const double next = dot(residual, residual);
    along = residual + (next / square) * along;
    square = next;
  }
  return found;
}

}  // namespace

Minimum minimised(const Curvature::Loss& loss, const Params& start, const Hyper& hyper, double from,
                  NewtonOptions options) {
  const auto value_at = [&](const Params& params) {
    const torch::autograd::AutoGradMode off(false);
    return loss(params, hyper).item<double>();
  };
  // Near the minimum rounding hides the fall: what it can make of the loss is no rise.
  const double noise = 4 * (start.begin()->second.scalar_type() == at::kDouble
                                ? std::numeric_limits<double>::epsilon()
                                : std::numeric_limits<float>::epsilon());
  Minimum found;
  found.params = detached(start);
  found.loss = value_at(found.params);
  while (true) {
    const Curvature curvature(loss, found.params, hyper);
    const Params& gradient = curvature.gradient();
    found.gradient = std::sqrt(dot(gradient, gradient));
    found.reached = found.gradient <= std::max(options.share * from, options.least);
    if (found.reached || found.steps == options.steps) break;
    ++found.steps;
    const double tolerance = std::clamp(std::sqrt(found.gradient / from), 1e-3, .1);
    const Params move = direction(curvature, tolerance, options.products);
    found.products += curvature.products();
    const double slope = dot(gradient, move);
    double length = 1;
    bool fell = false;
    for (int i = 0; i < kHalvings && !fell; ++i, length /= 2) {
      const Params there = found.params + length * move;
      const double value = value_at(there);
      fell = value <= found.loss + kEnough * length * slope + noise * std::abs(found.loss);
      if (!fell) continue;
      found.params = there;
      found.loss = value;
    }
    if (!fell) break;
  }
  return found;
}

}  // namespace inkling
