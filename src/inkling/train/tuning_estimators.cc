#include "inkling/api/tune_rules.h"
#include "inkling/bilevel/automatic/automatic.h"
#include "inkling/bilevel/differences/differences.h"
#include "inkling/bilevel/forward/forward.h"
#include "inkling/bilevel/implicit/implicit.h"
#include "inkling/bilevel/reverse/reverse.h"
#include "inkling/train/tuning_problem.h"

namespace inkling {
namespace {

/// Of the implicit estimators: products with the Hessian for a hypergradient, at most, and the
/// residual that is small enough to move by.
constexpr std::int64_t kProducts = 500;
constexpr double kResidual = 2e-2;

}  // namespace

EstimatorPtr estimator_of(const TuneOptions& options) {
  if (options.estimator == "reverse") return reverse();
  if (options.estimator == "checkpointed") return reverse({.slots = options.slots});
  if (options.estimator == "truncated") return truncated(options.window);
  if (options.estimator == "forward") return forward();
  if (options.estimator == "differences") return central_differences();
  if (!solves(options)) return automatic();
  ImplicitOptions of;
  of.newton = NewtonOptions();
  if (options.estimator == "implicit-cg") {
    of.solver = conjugate_gradient({.iterations = kProducts, .tolerance = kResidual});
  }
  if (options.estimator == "implicit-neumann") of.solver = neumann({.terms = kProducts});
  if (options.estimator == "implicit-nystrom") of.solver = nystrom();
  return implicit(of);
}

}  // namespace inkling
