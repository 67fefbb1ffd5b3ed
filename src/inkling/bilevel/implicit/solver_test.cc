#include "inkling/bilevel/implicit/solver.h"

#include <gtest/gtest.h>

#include "inkling/bilevel/toy_bilevel.h"

namespace inkling {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::number;
using testing_help::numbers;

/// The curvature of w^T A w / 2, A = Q diag(eigenvalues) Q^T.
struct Form {
  explicit Form(const std::vector<double>& eigenvalues) {
    const auto n = static_cast<std::int64_t>(eigenvalues.size());
    const Tensor q = std::get<0>(at::linalg_qr(normal(Key{7}, {n, n}, at::kDouble)));
    a = at::mm(q * numbers(eigenvalues, {n}), q.t());
    w = normal(Key{8}, {n}, at::kDouble);
    v = {{"w", normal(Key{9}, {n}, at::kDouble)}};
  }
  Curvature curvature(double damping = 0) const {
    return Curvature(
        [this](const Params& params, const Hyper&) {
          const Tensor& at = params.at("w");
          return at::dot(at, at::mv(a, at)) / 2;
        },
        {{"w", w}}, {}, damping);
  }
  Tensor inverse(double damping) const {
    const Tensor eye = at::eye(a.size(0), a.options());
    return at::linalg_solve(a + damping * eye, v.at("w"));
  }

  Tensor a;
  Tensor w;
  Params v;
};

TEST(Solver, EachGivesTheProductWithTheInverse) {
  const Form form({.5, 1, 2, 3, 4, 8});
  for (const double damping : {0., .7}) {
    const Curvature curvature = form.curvature(damping);
    for (const auto& [solver, within] : std::vector<std::pair<SolverPtr, double>>{
             {conjugate_gradient({.tolerance = 1e-14}), 1e-12},
             {neumann({.terms = 1000}), 1e-10},
             {nystrom({.rank = 6, .rho = 1e-6}), 1e-5}}) {
      const Solution found = solve(curvature, form.v, *solver);
      EXPECT_LT(distance(found.x.at("w"), form.inverse(damping)), within) << solver->name();
      EXPECT_LT(found.residual, within) << solver->name();
    }
  }
}

TEST(Solver, SaysTheResidualThatIsLeft) {
  const Form form({.5, 1, 2, 3, 4, 8});
  const Curvature curvature = form.curvature();
  for (const SolverPtr& solver : {conjugate_gradient({.iterations = 2}), neumann({.terms = 3}),
                                  nystrom({.rank = 2, .rho = 1})}) {
    const Solution found = solve(curvature, form.v, *solver);
    const Tensor left = at::mv(form.a, found.x.at("w")) - form.v.at("w");
    const double expected = (left.norm() / form.v.at("w").norm()).item<double>();
    EXPECT_GT(expected, .01);
    EXPECT_NEAR(found.residual, expected, 1e-12) << solver->name();
  }
}

TEST(Solver, OfAZeroVectorIsZero) {
  const Form form({1, 2});
  const Params zero = {{"w", numbers({0, 0}, {2})}};
  for (const SolverPtr& solver : {conjugate_gradient(), neumann(), nystrom()}) {
    EXPECT_EQ(dot(solve(form.curvature(), zero, *solver).x, zero), 0);
  }
}

TEST(Neumann, WithARateThatDivergesIsRescaledAndSaysSo) {
  const Form form({.5, 1, 2, 3, 4, 8});
  const Solution found = solve(form.curvature(), form.v, *neumann({.terms = 2000, .rate = .3}));
  EXPECT_TRUE(found.rescaled);
  EXPECT_NEAR(*found.largest_curvature, 8, .1);
  EXPECT_NEAR(*found.rate, 1. / 8, .01);
  EXPECT_NE(found.remarks.at(0).find("diverges"), std::string::npos);
  EXPECT_LT(distance(found.x.at("w"), form.inverse(0)), 1e-10);
  const Solution kept = solve(form.curvature(), form.v, *neumann({.terms = 5, .rate = .2}));
  EXPECT_FALSE(kept.rescaled);
  EXPECT_EQ(*kept.rate, .2);
}

TEST(Neumann, WithARateThatDivergesIsRefusedWhereThatIsAsked) {
  const Form form({.5, 8});
  const Error error = error_of([&] {
    solve(form.curvature(), form.v,
          *neumann({.rate = .3, .diverging = NeumannOptions::Diverging::refuse}));
  });
  EXPECT_EQ(error.kind(), ErrorKind::numeric);
  EXPECT_EQ(error.where().field, "rate");
}

TEST(Neumann, WhereTheLossCurvesDownIsAnError) {
  const Form form({-2, 1, 4});
  const Error error = error_of([&] { solve(form.curvature(), form.v, *neumann({.terms = 500})); });
  EXPECT_EQ(error.kind(), ErrorKind::numeric);
  EXPECT_EQ(error_of([&] {
              solve(form.curvature(5), form.v, *neumann({.terms = 500, .rate = -1}));
            }).kind(),
            ErrorKind::usage);
}

TEST(ConjugateGradient, SaysWhereTheLossCurvesDown) {
  const Form form({-2, 1, 4});
  const Solution found = solve(form.curvature(), form.v, *conjugate_gradient());
  EXPECT_FALSE(found.remarks.empty());
  EXPECT_GT(found.residual, .01);
  EXPECT_TRUE(solve(form.curvature(3), form.v, *conjugate_gradient()).remarks.empty());
}

TEST(ConjugateGradient, OfEachEpisodeTakesStepsOfItsOwn) {
  // Two episodes whose curvatures have two eigenvalues each, four together: two steps solve each.
  const Tensor curvatures = numbers({1, 3, 10, 50}, {2, 2});
  const Curvature curvature(
      [&](const Params& params, const Hyper&) {
        return (curvatures * params.at("w").square()).sum() / 2;
      },
      {{"w", at::zeros({2, 2}, at::kDouble)}});
  const Params v = {{"w", numbers({1, -2, 3, 1}, {2, 2})}};
  const auto off = [&](bool per_episode) {
    const Solution found =
        solve(curvature, v, *conjugate_gradient({.iterations = 2, .per_episode = per_episode}));
    return distance(found.x.at("w"), v.at("w") / curvatures);
  };
  EXPECT_LT(off(true), 1e-12);
  EXPECT_GT(off(false), 1e-2);
}

TEST(Nystrom, DrawsItsColumnsByItsKey) {
  const Form form({.5, 1, 2, 3, 4, 8});
  const auto x = [&](std::uint64_t key) {
    return solve(form.curvature(), form.v, *nystrom({.rank = 3, .rho = .1, .key = Key{key}}))
        .x.at("w");
  };
  EXPECT_TRUE(at::equal(x(1), x(1)));
  EXPECT_FALSE(at::equal(x(1), x(2)));
}

TEST(Nystrom, TakesAHessianOfLowRankFromAsManyColumns) {
  // A parameter without curvature beside two with: columns of zeros are no obstacle.
  const Tensor curvatures = numbers({2, 0, 0, 5}, {4});
  const Curvature curvature(
      [&](const Params& params, const Hyper&) {
        return (curvatures * params.at("w").square()).sum() / 2;
      },
      {{"w", at::zeros({4}, at::kDouble)}});
  const Params v = {{"w", numbers({1, 1, 1, 1}, {4})}};
  const Solution found = solve(curvature, v, *nystrom({.rank = 4, .rho = .5}));
  EXPECT_LT(distance(found.x.at("w"), 1 / (curvatures + .5)), 1e-12);
}

TEST(Curvature, MixedDerivativesAreOfTheHyperparameters) {
  const Curvature curvature(
      [](const Params& params, const Hyper& hyper) {
        return (hyper.at("l2") * params.at("w").square()).sum() / 2 + hyper.at("other").sum();
      },
      {{"w", numbers({1, 2}, {2})}}, {{"l2", numbers({3, 4}, {2})}, {"other", number(1)}});
  EXPECT_LT(distance(curvature.gradient().at("w"), numbers({3, 8}, {2})), 1e-15);
  const Params found = curvature.mixed({{"w", numbers({10, 100}, {2})}});
  EXPECT_LT(distance(found.at("l2"), numbers({10, 200}, {2})), 1e-13);
  EXPECT_EQ(found.at("other").item<double>(), 0);
  EXPECT_EQ(curvature.products(), 1);
}

}  // namespace
}  // namespace inkling
