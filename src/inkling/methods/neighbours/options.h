// Options of nearest neighbours.
#pragma once

#include <string>

#include "inkling/config/plugin.h"

namespace inkling::neighbours {

inline constexpr PluginInfo kInfo = {
    "neighbours",
    "an encoder in whose space the nearest example says what a query is",
    "classes of many kinds of examples: the words outside of every entity",
    "Yang, Katiyar 2020 (NNShot)",
    "closed form, class-equivariant",
};

struct Options {
  std::string distance = "euclidean";
  double logit_scale = 1;

  template <class Visitor>
  void fields(Visitor& field) {
    field("distance", distance, "how far a query is from an example",
          one_of({"euclidean", "cosine"}));
    field("logit-scale", logit_scale, "factor of the scores", positive(),
          Differentiable{Bijection::log, 1e-4, 1e4});
  }
};

}  // namespace inkling::neighbours
