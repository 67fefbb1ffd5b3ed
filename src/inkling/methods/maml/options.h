// Options of MAML.
#pragma once

#include "inkling/methods/fitting_options.h"

namespace inkling::maml {

inline constexpr PluginInfo kInfo = {
    "maml",
    "an initialisation from which a few gradient steps on the support learn a task",
    "tasks that share the meaning of their labels, or whose models must move as a whole",
    "Finn et al. 2017",
    "inner loop, second order, zero shot, regression",
};

struct Options : FittingOptions, AdaptOption, FirstOrderOption {
  template <class Visitor>
  void fields(Visitor& field) {
    inner_fields(field);
    adapt_field(field);
    first_order_field(field);
    checkpoints_field(field);
  }
};

}  // namespace inkling::maml
