// Options of matching networks.
#pragma once

#include "inkling/config/plugin.h"

namespace inkling::matching {

inline constexpr PluginInfo kInfo = {
    "matching",
    "an encoder in whose space a query attends to the examples that are of its class",
    "new classes of many kinds of examples, where a mean would blur them",
    "Vinyals et al. 2016",
    "closed form, class-equivariant",
};

struct Options {
  double logit_scale = 10;
  bool learn_scale = true;

  template <class Visitor>
  void fields(Visitor& field) {
    field("logit-scale", logit_scale, "factor of the cosines to attend by; the paper's is 1",
          positive(), Differentiable{Bijection::log, 1e-4, 1e4});
    field("learn-scale", learn_scale, "meta-train the scale too, from the value given");
  }
};

}  // namespace inkling::matching
