// Products of a loss's inverse Hessian with a vector, by the loss's Hessian times vectors alone.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "inkling/bilevel/curvature.h"

namespace inkling {

/// About x = (H + damping I)^-1 v, and how good it is.
struct Solution {
  Params x;
  double residual = 0;  ///< |(H + damping I) x - v| / |v|
  std::int64_t iterations = 0;
  std::optional<double> largest_curvature = {};
  std::optional<double> rate = {};  ///< of Neumann's series
  bool rescaled = false;            ///< whether that is not the one asked for
  std::vector<std::string> remarks = {};
};

class Solver {
 public:
  virtual ~Solver() = default;
  virtual Solution solve(const Curvature& curvature, const Params& v) const = 0;
  virtual std::string name() const = 0;
};

using SolverPtr = std::shared_ptr<const Solver>;

struct ConjugateGradientOptions {
  std::int64_t iterations = 100;
  double tolerance = 1e-8;  ///< of the residual at which it stops
  /// The first axis of every parameter is that of independent problems: each has steps of its own.
  bool per_episode = false;
};
/// Exact after as many iterations as H has different eigenvalues; the best of its Krylov space
/// before. Needs H positive definite: stops, and says so, where it meets a direction of no positive
/// curvature.
/// Source: Hestenes, Stiefel 1952; for hypergradients Pedregosa 2016.
SolverPtr conjugate_gradient(ConjugateGradientOptions options = {});

struct NeumannOptions {
  std::int64_t terms = 20;  ///< K
  double rate = 0;          ///< a; 0: 1 / the largest curvature
  /// What is done with a rate of 2 / the largest curvature or more, by which the series diverges.
  enum class Diverging { rescale, refuse } diverging = Diverging::rescale;
  std::int64_t power_iterations = 30;
  Key key = {};
};
/// x = a sum_{j <= K} (I - a H)^j v.
/// @throws Error numeric, where it diverges whatever the rate: H has a negative eigenvalue; or
/// where it is to be refused
/// Source: Lorraine et al. 2020, algorithm 3.
SolverPtr neumann(NeumannOptions options = {});

struct NystromOptions {
  std::int64_t rank = 20;  ///< columns of H, drawn by `key`; all where there are no more
  double rho = .01;        ///< added to the diagonal
  Key key = {};
};
/// x = (H_k + rho I)^-1 v, H_k = C^T W^-1 C of the columns C [k, p] of H and their rows W [k, k],
/// by the Woodbury identity. Takes k products and k * p numbers of memory, then no product a
/// further v. Source: Hataya, Yamada 2023, section 3.
SolverPtr nystrom(NystromOptions options = {});

/// The product of the inverse with v; of a zero vector zero.
Solution solve(const Curvature& curvature, const Params& v, const Solver& solver);

}  // namespace inkling
