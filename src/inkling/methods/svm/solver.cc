#include "inkling/methods/svm/solver.h"

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling::svm {
namespace {

constexpr int kMostIterations = 60;
/// Mean of u z at which an episode is solved; scores, and so z, are in units of the margin.
constexpr double kGap = 1e-14;
/// Added to the diagonal of what is solved, relative to its largest number: examples may depend on
/// each other, and so may their coefficients.
constexpr double kRidge = 1e-12;
/// An entry of u is free where it is this many times its multiplier: where both vanish together the
/// weights have a kink, and the constraint is taken to bind.
constexpr double kFree = 100;
/// How far the answer may be from the optimality conditions, relative to the largest slope.
constexpr double kTolerance = 1e-6;

/// min 1/2 sum_k u_k^T Q u_k + q_k^T u_k over u >= 0 whose classes sum to one for each example.
/// Multipliers: nu [E, S] of the sums, z [E, C, S] of the signs; all here is class by class.
struct Program {
  Tensor quadratic;  ///< Q [E, S, S]
  Tensor linear;     ///< q [E, C, S]

  /// Q u + q. @param u [E, C, S]
  Tensor slope(const Tensor& u) const { return at::matmul(u, quadratic) + linear; }
};

struct Point {
  Tensor u;
  Tensor nu;
  Tensor z;
};

/// The largest step in [0, 1] that keeps `values` above zero. @return [E, 1, 1]
Tensor longest_step(const Tensor& values, const Tensor& change) {
  const Tensor steps = at::where(change < 0, -values / change, 1);
  return steps.amin({1, 2}, true).clamp_max(1);
}

/// The system of Newton's method at a point, factored: it serves the predictor and the corrector.
class Newton {
 public:
  Newton(const Program& program, const Point& point) : program_(program), point_(point) {
    const Tensor matrices =
        program.quadratic.unsqueeze(1) + at::diag_embed(point.z / point.u);  // [E, C, S, S]
    inverse_ = at::cholesky_inverse(std::get<0>(at::linalg_cholesky_ex(matrices)));
    sum_ = std::get<0>(at::linalg_cholesky_ex(inverse_.sum(1)));
  }

  /// The step to u z = `goal` (to first order) and to exact sums and slopes.
  Point step(const Tensor& goal) const {
    const Tensor fault = program_.slope(point_.u) - point_.nu.unsqueeze(1) - point_.z;
    const Tensor right = (goal - point_.u * point_.z) / point_.u - fault;
    const Tensor missing = 1 - point_.u.sum(1) - times(right).sum(1);
    Point step;
    step.nu = at::cholesky_solve(missing.unsqueeze(-1), sum_).squeeze(-1);
    step.u = times(right + step.nu.unsqueeze(1));
    step.z = at::matmul(step.u, program_.quadratic) - step.nu.unsqueeze(1) + fault;
    return step;
  }

 private:
  Tensor times(const Tensor& x) const { return at::matmul(inverse_, x.unsqueeze(-1)).squeeze(-1); }

  const Program& program_;
  const Point& point_;
  Tensor inverse_;
  Tensor sum_;
};

/// Mehrotra's predictor and corrector from the simplices' middle. An episode that is solved stays
/// as it is while others go on.
Point interior_point(const Program& program) {
  Point at;
  at.u = at::full_like(program.linear, 1.0 / static_cast<double>(program.linear.size(1)));
  const Tensor slope = program.slope(at.u);
  at.nu = slope.amin(1) - 1;
  at.z = slope - at.nu.unsqueeze(1);
  for (int i = 0; i < kMostIterations; ++i) {
    const Tensor gap = (at.u * at.z).mean({1, 2}, true);
    const Tensor open = gap > kGap;
    if (!open.any().item<bool>()) break;
    const Newton newton(program, at);
    const Point towards = newton.step(at::zeros_like(at.u));
    const Tensor reach = at::minimum(longest_step(at.u, towards.u), longest_step(at.z, towards.z));
    const Tensor left =
        ((at.u + reach * towards.u) * (at.z + reach * towards.z)).mean({1, 2}, true);
    const Tensor centre = (left / gap).pow(3) * gap;
    const Point change = newton.step(centre - towards.u * towards.z);
    const Tensor length =
        at::minimum(longest_step(at.u, change.u), longest_step(at.z, change.z)) * 0.995;
    const auto moved = [&](const Tensor& from, const Tensor& by) {
      return at::where(open, from + length * by, from);
    };
    at.u = moved(at.u, change.u);
    at.z = moved(at.z, change.z);
    at.nu = moved(at.nu.unsqueeze(1), change.nu.unsqueeze(1)).squeeze(1);
  }
  return at;
}

/// The optimality conditions with u = 0 where it is not `free`, as one system in the free entries
/// (padded to as many an episode) and nu; differentiable in the program. Of several solutions it
/// takes the nearest to `start`.
/// @param ridge  [E]
/// @return       u [E, C, S]
Tensor solved_where_free(const Program& program, const Tensor& free, const Tensor& start,
                         const Tensor& ridge) {
  const std::int64_t episodes = free.size(0);
  const std::int64_t examples = free.size(2);
  const Tensor flat = free.reshape({episodes, -1});
  const std::int64_t most = flat.sum(1).max().item<std::int64_t>();
  // Free entries first, in their order.
  const Tensor places = std::get<1>(flat.logical_not().to(at::kByte).sort(true, 1, false))
                            .narrow(1, 0, most);  // [E, N]
  const Tensor real = flat.gather(1, places).to(program.linear.scalar_type());
  const Tensor example = places.remainder(examples);
  const Tensor label = places.div(examples, "floor");
  const Tensor both = real.unsqueeze(2) * real.unsqueeze(1) *
                      (label.unsqueeze(2) == label.unsqueeze(1)).to(real.scalar_type());
  const Tensor pairs =
      (example.unsqueeze(2) * examples + example.unsqueeze(1)).reshape({episodes, most * most});
  const Tensor block =
      program.quadratic.reshape({episodes, -1}).gather(1, pairs).reshape({episodes, most, most}) *
          both +
      at::diag_embed(1 - real + ridge.unsqueeze(1) * real);
  const Tensor of_example =
      (example.unsqueeze(2) == at::arange(examples, example.options())).to(real.scalar_type()) *
      real.unsqueeze(2);  // [E, N, S]
  const Tensor system = at::cat(
      {at::cat({block, -of_example}, 2),
       at::cat(
           {of_example.transpose(1, 2), at::zeros({episodes, examples, examples}, real.options())},
           2)},
      1);
  const Tensor pull = ridge.unsqueeze(1) * start.reshape({episodes, -1}).gather(1, places);
  const Tensor slope = program.linear.reshape({episodes, -1}).gather(1, places);
  const Tensor right =
      at::cat({(pull - slope) * real, at::ones({episodes, examples}, real.options())}, 1);
  const Tensor u = at::linalg_solve(system, right.unsqueeze(-1)).squeeze(-1).narrow(1, 0, most);
  return at::zeros_like(program.linear)
      .reshape({episodes, -1})
      .scatter_add(1, places, u * real)
      .reshape(free.sizes());
}

/// @throws Error numeric naming the first episode where `bad` [E] holds
void refuse(const Tensor& bad, const char* what, const char* hint) {
  if (!bad.any().item<bool>()) return;
  const auto episode = bad.nonzero()[0].item<std::int64_t>();
  throw Error(ErrorKind::numeric,
              cat(what, bad.size(0) > 1 ? cat(" in episode ", episode) : std::string()),
              {"", 0, "method"}, hint);
}

/// How far u is from the optimality conditions, relative to the largest slope. @return [E]
Tensor violation(const Program& program, const Tensor& u, const Tensor& free) {
  const Tensor slope = program.slope(u);
  const Tensor least = at::where(free, slope, slope.amax()).amin(1, true);
  const Tensor beyond = (least - slope).clamp_min(0);  // a class that is better
  const Tensor uneven = at::where(free, slope - least, at::zeros({}, slope.options()));
  return at::maximum(
      at::maximum(beyond, uneven).amax({1, 2}) / slope.abs().amax({1, 2}).clamp_min(1),
      (-u).amax({1, 2}));
}

}  // namespace

Tensor coefficients(const Tensor& x, const Tensor& member, const Tensor& penalty) {
  const Tensor exact = x.to(at::kDouble);
  refuse(exact.isfinite().all(-1).all(-1).logical_not(), "the features are not finite",
         "use a smaller --learning-rate, or look at the data");
  const Tensor c = penalty.to(at::kDouble);
  const Tensor classes = member.to(at::kDouble).transpose(1, 2);  // [E, C, S]
  Program program;
  program.quadratic = c * at::matmul(exact, exact.transpose(1, 2));
  program.linear = classes - at::matmul(classes, program.quadratic);
  const Tensor ridge =
      kRidge * program.quadratic.detach().diagonal(0, 1, 2).amax(1).clamp_min(1e-30);  // [E]

  Point end;
  {
    const torch::autograd::AutoGradMode off(false);
    const Tensor more = ridge.reshape({-1, 1, 1}) * at::eye(x.size(1), exact.options());
    end = interior_point({program.quadratic + more, program.linear});
  }
  constexpr const char* kUnsolved = "the support vector machine was not solved";
  constexpr const char* kSmaller = "use a smaller --penalty";
  // Where the interior point ended in what is no number, or left an example no free entry, the
  // system below is singular.
  const Tensor free = end.u > kFree * end.z;
  refuse((end.u.isfinite().all(1) & free.any(1)).all(1).logical_not(), kUnsolved, kSmaller);
  Tensor u = solved_where_free(program, free, end.u, ridge);
  Tensor correction;
  {
    const torch::autograd::AutoGradMode off(false);
    const Tensor found = violation(program, u, free);
    const Tensor before = violation(program, end.u, free);
    refuse((at::minimum(found, before) <= kTolerance).logical_not(), kUnsolved, kSmaller);
    // At a kink the system may leave the simplex; the value is then the interior point's.
    correction = at::where((found > before).reshape({-1, 1, 1}), end.u - u, 0);
  }
  u = u + correction;
  return c * (classes - u).transpose(1, 2);
}

Tensor weights(const Tensor& x, const Tensor& member, const Tensor& penalty) {
  return at::matmul(x.transpose(1, 2).to(at::kDouble), coefficients(x, member, penalty))
      .to(x.scalar_type());
}

}  // namespace inkling::svm
