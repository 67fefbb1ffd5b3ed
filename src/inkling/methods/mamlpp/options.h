// Options of MAML++.
#pragma once

#include "inkling/methods/fitting_options.h"
#include "inkling/methods/learned_rates_options.h"

namespace inkling::mamlpp {

inline constexpr PluginInfo kInfo = {
    "maml++",
    "MAML's initialisation with a learned rate for each tensor and step, by a loss at every step",
    "maml is unsteady, or its result hangs on the inner rate",
    "Antoniou et al. 2019",
    "inner loop, second order, zero shot, regression, anneals",
};

struct Options : FittingOptions, AdaptOption, RateSpeedOption {
  double multi_step_share = 0.15;
  double first_order_share = 0.3;

  template <class Visitor>
  void fields(Visitor& field) {
    inner_fields(field);
    field("multi-step-share", multi_step_share,
          "share of meta-training over which the loss goes from all steps to the last; 0: the "
          "last alone",
          between(0, 1));
    field("first-order-share", first_order_share,
          "share of meta-training, from its beginning, that is of first order", between(0, 1));
    rate_speed_field(field);
    adapt_field(field);
  }
};

}  // namespace inkling::mamlpp
