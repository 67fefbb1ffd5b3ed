// Options of named entities.
#pragma once

#include <string>

#include "inkling/config/plugin.h"

namespace inkling::entities {

inline constexpr PluginInfo kInfo = {
    "entities",
    "which words of a sentence are an entity, and of which type",
    "named entities, slots: anything that stands in a text",
    "Ding et al. 2021; Yang, Katiyar 2020",
    "",
};

struct Options {
  std::string decode = "greedy";
  double sharpness = 1;
  std::string transitions = {};

  template <class Visitor>
  void fields(Visitor& field) {
    field("decode", decode,
          "greedy: each word's best class; viterbi: the best path, by how often training sentences "
          "go in and out of entities (StructShot)",
          one_of({"greedy", "viterbi"}));
    field("sharpness", sharpness, "power of these transitions' probabilities", positive());
    field("transitions", transitions,
          "the transitions: of a first word inside, from outside to inside, from inside to the "
          "same type, to another; empty: counted in the training sentences");
  }
};

}  // namespace inkling::entities
