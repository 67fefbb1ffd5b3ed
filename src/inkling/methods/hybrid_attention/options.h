// Options of prototypes with hybrid attention.
#pragma once

#include <cstdint>

#include "inkling/config/plugin.h"

namespace inkling::hybrid_attention {

inline constexpr PluginInfo kInfo = {
    "hybrid-attention",
    "prototypes that weigh a class's examples by the query, and features by the class",
    "new classes whose few examples are noisy, relations above all",
    "Gao et al. 2019",
    "closed form, class-equivariant",
};

struct Options {
  std::int64_t channels = 16;
  double logit_scale = 1;

  template <class Visitor>
  void fields(Visitor& field) {
    field("channels", channels, "numbers that a feature's weight is read from", between(1, 4096));
    field("logit-scale", logit_scale, "factor of the scores", positive(),
          Differentiable{Bijection::log, 1e-4, 1e4});
  }
};

}  // namespace inkling::hybrid_attention
