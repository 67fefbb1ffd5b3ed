// Options of Reptile.
#pragma once

#include "inkling/methods/fitting_options.h"

namespace inkling::reptile {

inline constexpr PluginInfo kInfo = {
    "reptile",
    "an initialisation near to every task's solution, by moving towards where the steps end",
    "long inner loops or large models, where MAML takes too much memory",
    "Nichol et al. 2018",
    "inner loop, zero shot, regression",
};

struct Options : FittingOptions {
  template <class Visitor>
  void fields(Visitor& field) {
    inner_fields(field);
  }
};

}  // namespace inkling::reptile
