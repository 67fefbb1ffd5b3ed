// Options of the sinusoid regression task.
#pragma once

#include <cstdint>

#include "inkling/config/plugin.h"

namespace inkling::sinusoid {

inline constexpr PluginInfo kInfo = {
    "sinusoid",
    "regression to sine waves of random amplitude and phase",
    "checking a method against the published curve; nothing in the core is bound to text",
    "Finn et al. 2017, section 5.1",
    "",
};

struct Options {
  double amplitude_low = 0.1;
  double amplitude_high = 5;
  double range = 5;

  template <class Visitor>
  void fields(Visitor& field) {
    field("amplitude-low", amplitude_low, "smallest amplitude", between(0, 1e6));
    field("amplitude-high", amplitude_high, "largest amplitude", between(0, 1e6));
    field("range", range, "x is drawn from [-range, range]", positive());
  }
};

}  // namespace inkling::sinusoid
