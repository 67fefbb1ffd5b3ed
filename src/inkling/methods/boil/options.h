// Options of BOIL: MAML's, with one of them set.
#pragma once

#include "inkling/methods/maml/options.h"

namespace inkling::boil {

inline constexpr PluginInfo kInfo = {
    "boil",
    "a head for which a few steps on the features alone learn a task",
    "tasks differ in what their inputs mean, more than in what is said of them",
    "Oh et al. 2021",
    "inner loop, second order, zero shot, regression",
};

struct Options : maml::Options {
  Options() { adapt = "body"; }

  template <class Visitor>
  void fields(Visitor& field) {
    inner_fields(field);
    first_order_field(field);
    checkpoints_field(field);
  }
};

}  // namespace inkling::boil
