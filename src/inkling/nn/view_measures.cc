#include "inkling/nn/view_measures.h"

namespace inkling {
namespace {

Tensor unit(const Tensor& x) {
  constexpr double kTiny = 1e-12;
  return x / x.norm(2, -1, true).clamp_min(kTiny);
}

}  // namespace

Tensor alignments(const Tensor& a, const Tensor& b) {
  return (unit(a) - unit(b)).square().sum(-1);
}

Tensor pair_potentials(const Tensor& x) {
  constexpr double kFactor = -2;
  const Tensor points = unit(x);
  const Tensor squares = points.square().sum(-1);
  const Tensor apart = squares.unsqueeze(1) + squares - 2 * at::matmul(points, points.t());
  const Tensor each_two = at::ones_like(apart, at::kBool).triu(1);
  return (kFactor * apart.clamp_min(0)).exp().masked_select(each_two);
}

}  // namespace inkling
