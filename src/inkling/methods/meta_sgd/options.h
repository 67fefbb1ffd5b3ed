// Options of Meta-SGD.
#pragma once

#include "inkling/methods/fitting_options.h"
#include "inkling/methods/learned_rates_options.h"

namespace inkling::meta_sgd {

inline constexpr PluginInfo kInfo = {
    "meta-sgd",
    "an initialisation and, for every weight, how far and which way a step moves it",
    "one or two steps must do",
    "Li et al. 2017",
    "inner loop, second order, zero shot, regression",
};

struct Options : FittingOptions, AdaptOption, FirstOrderOption, RateSpeedOption {
  std::string granularity = "element";
  std::string estimator = "reverse";

  Options() { inner_steps = 1; }

  template <class Visitor>
  void fields(Visitor& field) {
    inner_fields(field);
    field("granularity", granularity, "what has a learned rate: every element, or every tensor",
          one_of({"element", "tensor"}));
    field("estimator", estimator,
          "how the rates' gradients are found: back through the steps, or by tangents that go "
          "along with them (with granularity tensor), whose memory does not grow with the steps; "
          "the initialisation's is then of first order",
          one_of({"reverse", "forward"}));
    rate_speed_field(field);
    adapt_field(field);
    first_order_field(field);
    checkpoints_field(field);
  }
};

}  // namespace inkling::meta_sgd
