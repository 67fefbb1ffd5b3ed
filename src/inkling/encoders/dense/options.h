// Options of the encoder of numbers.
#pragma once

#include <cstdint>
#include <string>

#include "inkling/config/plugin.h"

namespace inkling::dense {

inline constexpr PluginInfo kInfo = {
    "dense",
    "fully connected layers with ReLU over a unit's numbers",
    "inputs that are numbers, not text",
    "Finn et al. 2017, section 5.1 (two layers of 40)",
    "",
};

struct Options {
  std::int64_t layers = 2;
  std::int64_t hidden = 40;
  std::string activation = "relu";

  template <class Visitor>
  void fields(Visitor& field) {
    field("layers", layers, "hidden layers", between(1, 64));
    field("hidden", hidden, "units a layer", between(1, 65536));
    field("activation", activation, "what follows each layer", one_of({"relu", "tanh"}));
  }
};

}  // namespace inkling::dense
