#include "inkling/methods/induction/routing.h"

#include <limits>

namespace inkling::induction {

Tensor squash(const Tensor& x) {
  const double tiny = x.scalar_type() == at::kDouble ? 1e-60 : 1e-24;
  const Tensor square = x.square().sum(-1, true).clamp_min(tiny);
  return x * (square.sqrt() / (1 + square));
}

Routed route(const Tensor& examples, const Tensor& member, std::int64_t iterations) {
  const Tensor others = member == 0;
  Tensor agreement = at::zeros_like(member);
  Routed routed;
  for (std::int64_t i = 0; i < iterations; ++i) {
    if (i > 0) agreement = agreement + at::matmul(examples, routed.classes.transpose(1, 2));
    routed.coefficients =
        agreement.masked_fill(others, -std::numeric_limits<double>::infinity()).softmax(1);
    routed.classes = squash(at::matmul(routed.coefficients.transpose(1, 2), examples));
  }
  return routed;
}

}  // namespace inkling::induction
