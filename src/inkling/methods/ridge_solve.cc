#include "inkling/methods/ridge_solve.h"

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/methods/parts.h"

namespace inkling {
namespace {

/// Pivots this much smaller than the largest are rounding, not information.
constexpr double kRounding = 1e-14;

/// The Cholesky factors of symmetric matrices [E, N, N].
Tensor factors(const Tensor& matrices) {
  auto [lower, failed] = at::linalg_cholesky_ex(matrices);
  const Tensor pivots = lower.detach().diagonal(0, -2, -1).square();
  const Tensor bad = failed.ne(0)
                         .logical_or(pivots.amin(-1) <= kRounding * pivots.amax(-1))
                         .logical_or(pivots.isfinite().all(-1).logical_not());
  if (!bad.any().item<bool>()) return lower;
  const auto episode = bad.nonzero()[0].item<std::int64_t>();
  const std::string of = matrices.size(0) > 1 ? cat(" of episode ", episode) : "";
  const bool finite = matrices[episode].isfinite().all().item<bool>();
  throw Error(
      ErrorKind::numeric,
      finite ? cat("the ridge system", of, " is singular: its examples are not independent")
             : cat("the features", of, " are not finite"),
      {"", 0, "lambda"},
      finite ? "use a larger --lambda" : "use a smaller --learning-rate, or look at the data");
}

}  // namespace

Tensor ridge_weights(const Tensor& x, const Tensor& y, const Tensor& lambda) {
  const Tensor exact = x.to(at::kDouble);
  const Tensor goal = y.to(at::kDouble);
  const Tensor transposed = exact.transpose(1, 2);
  const auto penalty = [&](std::int64_t size) {
    return lambda.to(at::kDouble) * at::eye(size, exact.options());
  };
  Tensor weights;
  if (x.size(1) <= x.size(2)) {
    const Tensor lower = factors(at::matmul(exact, transposed) + penalty(x.size(1)));
    weights = at::matmul(transposed, at::cholesky_solve(goal, lower));
  } else {
    const Tensor lower = factors(at::matmul(transposed, exact) + penalty(x.size(2)));
    weights = at::cholesky_solve(at::matmul(transposed, goal), lower);
  }
  return weights.to(x.scalar_type());
}

Tensor regression_targets(const Targets& targets, std::int64_t classes, at::ScalarType dtype) {
  if (!targets.classes.defined()) return targets.values.to(dtype);
  return members(targets.classes, classes, dtype);
}

}  // namespace inkling
