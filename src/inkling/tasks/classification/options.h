// Options of text classification.
#pragma once

#include "inkling/config/plugin.h"

namespace inkling::classification {

inline constexpr PluginInfo kInfo = {
    "classification", "one label for a text", "sentiment, topics, intents", "", "",
};

struct Options {
  template <class Visitor>
  void fields(Visitor&) {}
};

}  // namespace inkling::classification
