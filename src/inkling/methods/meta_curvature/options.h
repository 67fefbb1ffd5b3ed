// Options of Meta-Curvature.
#pragma once

#include "inkling/methods/fitting_options.h"

namespace inkling::meta_curvature {

inline constexpr PluginInfo kInfo = {
    "meta-curvature",
    "an initialisation and, for every side of a weight, a matrix that turns its gradients",
    "one or two steps must do, and what a step should move depends on all of a weight's gradient",
    "Park & Oliva 2019",
    "inner loop, second order, zero shot, regression",
};

struct Options : FittingOptions, AdaptOption, FirstOrderOption {
  std::int64_t longest_side = 1024;

  template <class Visitor>
  void fields(Visitor& field) {
    inner_fields(field);
    field("longest-side", longest_side,
          "numbers of the longest side of a weight that has a matrix, of that length squared",
          between(1, 100000));
    adapt_field(field);
    first_order_field(field);
    checkpoints_field(field);
  }
};

}  // namespace inkling::meta_curvature
