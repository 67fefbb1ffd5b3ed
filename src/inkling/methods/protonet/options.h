// Options of prototypical networks.
#pragma once

#include <string>

#include "inkling/config/plugin.h"

namespace inkling::protonet {

inline constexpr PluginInfo kInfo = {
    "protonet",
    "an encoder in whose space the mean of a class's few examples stands for the class",
    "new classes at test time; the plain strong choice, adapting costs one forward pass",
    "Snell et al. 2017",
    "closed form, class-equivariant",
};

struct Options {
  std::string distance = "euclidean";
  double logit_scale = 1;

  template <class Visitor>
  void fields(Visitor& field) {
    field("distance", distance, "how far a query is from a prototype",
          one_of({"euclidean", "cosine"}));
    field("logit-scale", logit_scale, "factor of the scores", positive(),
          Differentiable{Bijection::log, 1e-4, 1e4});
  }
};

}  // namespace inkling::protonet
