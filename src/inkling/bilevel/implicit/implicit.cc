#include "inkling/bilevel/implicit/implicit.h"

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

Curvature::Loss loss_of(const InnerProblem& problem) {
  return [&problem](const Params& at, const Hyper& of) {
    const Hyper all = problem.fixed.merged(of);
    return problem.optimised ? problem.optimised(at, all) : problem.loss(at, all, problem.steps);
  };
}

class Implicit : public Estimator {
 public:
  explicit Implicit(ImplicitOptions options) : options_(std::move(options)) {}
  std::string name() const override {
    return cat("implicit gradient by ", options_.solver->name());
  }

  Hypergradient estimate(const InnerProblem& problem, const Objective& objective,
                         const Hyper& hyper) const override {
    if (!objective.loss || objective.history) {
      throw Error(ErrorKind::usage, "an implicit gradient sees the end of a training alone",
                  {"", 0, "objective"},
                  "an objective of the last parameters, or reverse or forward mode");
    }
    const Hyper plain = detached(hyper);
    Hypergradient found = options_.newton ? minimum(problem, plain) : trained(problem, {}, plain);
    const LastValue last = last_value(problem, objective, found.last.params, plain);
    found.objective = last.value;

    const Curvature curvature = curvature_of(problem, found.last.params, plain, options_.damping);
    judge(curvature, problem, plain, found.cost.steps, found.trust);
    const Solution solution = solve(curvature, last.of_params, *options_.solver);
    found.gradient = last.of_hyper + -1. * curvature.mixed(solution.x);

    Trust& trust = found.trust;
    trust.residual = solution.residual;
    trust.largest_curvature = solution.largest_curvature;
    trust.neumann_rate = solution.rate;
    trust.rescaled = solution.rescaled;
    trust.remarks.insert(trust.remarks.end(), solution.remarks.begin(), solution.remarks.end());
    if (solution.residual > .03) {
      trust.remarks.push_back(cat(options_.solver->name(), " left a residual of ",
                                  solution.residual, " after ", solution.iterations, " products"));
    }
    found.cost.products += curvature.products();
    conclude(found, name());
    return found;
  }

 private:
  /// The inner problem solved by Newton steps, each with its gradient.
  Hypergradient minimum(const InnerProblem& problem, const Hyper& hyper) const {
    const Params start = first_state(problem, hyper).params;
    NewtonOptions newton = *options_.newton;
    newton.share = options_.solved_share;
    newton.least = options_.solved_norm;
    const auto loss = loss_of(problem);
    const double from = norm_of(Curvature(loss, start, hyper).gradient());
    const Minimum solved =
        minimised(loss, problem.warm.empty() ? start : problem.warm, hyper, from, newton);
    Hypergradient found;
    found.last = {solved.params, problem.transform->init(solved.params)};
    found.losses = {solved.loss};
    found.cost.steps = solved.steps;
    found.cost.products = solved.products;
    return found;
  }

  /// Whether the inner problem is solved.
  void judge(const Curvature& curvature, const InnerProblem& problem, const Hyper& hyper,
             std::int64_t steps, Trust& trust) const {
    const double norm = norm_of(curvature.gradient());
    const bool moved = problem.steps > 0 || options_.newton;
    const double start =
        moved ? norm_of(curvature_of(problem, first_state(problem, hyper).params, hyper).gradient())
              : norm;
    trust.inner_gradient = norm;
    trust.inner_gradient_share = start > 0 ? norm / start : 0;
    trust.converged = norm <= options_.solved_share * start || norm <= options_.solved_norm;
    if (*trust.converged) return;
    trust.remarks.push_back(cat("the inner problem is not solved: after ", steps,
                                " steps the norm of its gradient is ", norm, ", ",
                                *trust.inner_gradient_share,
                                " of that at the start; the implicit gradient supposes 0"));
  }

  ImplicitOptions options_;
};

}  // namespace

EstimatorPtr implicit(ImplicitOptions options) {
  return std::make_shared<Implicit>(std::move(options));
}

EstimatorPtr implicit(SolverPtr solver) {
  ImplicitOptions options;
  options.solver = std::move(solver);
  return implicit(std::move(options));
}

Curvature curvature_of(const InnerProblem& problem, const Params& params, const Hyper& hyper,
                       double damping) {
  return Curvature(loss_of(problem), params, hyper, damping);
}

}  // namespace inkling
