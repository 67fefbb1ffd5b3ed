// Options of relation extraction.
#pragma once

#include <cstdint>

#include "inkling/config/plugin.h"
#include "inkling/data/relation_examples.h"

namespace inkling::relations {

inline constexpr PluginInfo kInfo = {
    "relations",
    "how a head stands to a tail in a text",
    "relations between two mentions",
    "Han et al. 2018",
    "",
};

struct Options {
  std::int64_t window = kRelationWindow;

  template <class Visitor>
  void fields(Visitor& field) {
    field("window", window,
          "words of a sentence that are read, those around head and tail where it has more",
          between(4, 1 << 20));
  }
};

}  // namespace inkling::relations
