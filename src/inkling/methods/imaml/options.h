// Options of iMAML.
#pragma once

#include "inkling/methods/fitting_options.h"

namespace inkling::imaml {

inline constexpr PluginInfo kInfo = {
    "imaml",
    "an initialisation that pulls each task's solution towards it, by a gradient of the solution "
    "alone",
    "the support is to be fitted to its end, by many steps or any optimiser, as near to the "
    "initialisation as lambda says",
    "Rajeswaran et al. 2019",
    "inner loop, zero shot, regression",
};

struct Options : FittingOptions {
  double lambda = 2;
  std::int64_t cg_steps = 5;
  double tolerance = 0.5;

  Options() { inner_steps = 16; }

  template <class Visitor>
  void fields(Visitor& field) {
    inner_fields(field);
    field("lambda", lambda, "strength of the pull of the initialisation on the support's solution",
          Constraint{0, 1e9, /*low_open=*/true, {}});
    field("cg-steps", cg_steps, "iterations of conjugate gradient, a Hessian product each",
          between(1, 10000));
    field("tolerance", tolerance,
          "largest residual accepted, as a share: of the support's solution, and of conjugate "
          "gradient",
          Constraint{0, 1e9, /*low_open=*/true, {}});
  }
};

}  // namespace inkling::imaml
