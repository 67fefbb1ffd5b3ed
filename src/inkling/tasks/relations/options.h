// Options of relation extraction.
#pragma once

#include <cstdint>
#include <string>

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
  double none_of_the_above = 0;
  std::string descriptions = {};

  template <class Visitor>
  void fields(Visitor& field) {
    field("window", window,
          "words of a sentence that are read, those around head and tail where it has more",
          between(4, 1 << 20));
    field("none-of-the-above", none_of_the_above,
          "share of a task's queries that has none of its relations, of a method that can say so; "
          "tasks by label only",
          between(0, 0.95));
    field("descriptions", descriptions,
          "JSON file, or one below $INKLING_DATA, that says what each label means, in a text or a "
          "list of texts: a task has the "
          "description of each of its classes as one more example, behind the others");
  }
};

}  // namespace inkling::relations
