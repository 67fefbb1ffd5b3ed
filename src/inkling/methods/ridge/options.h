// Options of ridge regression heads.
#pragma once

#include "inkling/config/plugin.h"

namespace inkling::ridge {

inline constexpr PluginInfo kInfo = {
    "ridge",
    "an encoder in whose space ridge regression on a few examples separates the classes",
    "new classes at test time, above all with several examples a class",
    "Bertinetto et al. 2019 (R2-D2)",
    "closed form, class-equivariant, regression",
};

struct Options {
  double lambda = 1;
  double logit_scale = 1;
  bool intercept = false;

  template <class Visitor>
  void fields(Visitor& field) {
    field("lambda", lambda,
          "first penalty on the squared weights, learned from there; 0: none, and not learned",
          between(0, 1e12), Differentiable{Bijection::log, 1e-8, 1e8});
    field("logit-scale", logit_scale, "factor of the scores, learned from there", positive(),
          Differentiable{Bijection::log, 1e-4, 1e4});
    field("intercept", intercept, "whether a constant stands beside the features");
  }
};

}  // namespace inkling::ridge
