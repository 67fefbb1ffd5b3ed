// Options of ANIL: MAML's, with one of them set.
#pragma once

#include "inkling/methods/maml/options.h"

namespace inkling::anil {

inline constexpr PluginInfo kInfo = {
    "anil",
    "features for which a few steps on the head alone learn a task",
    "tasks differ in what is said of the same features; adapts at a fraction of MAML's cost",
    "Raghu et al. 2020",
    "inner loop, second order, zero shot, regression",
};

struct Options : maml::Options {
  Options() { adapt = "head"; }

  template <class Visitor>
  void fields(Visitor& field) {
    inner_fields(field);
    first_order_field(field);
    checkpoints_field(field);
  }
};

}  // namespace inkling::anil
