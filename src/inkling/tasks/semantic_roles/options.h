// Options of semantic roles.
#pragma once

#include <string>

#include "inkling/config/plugin.h"

namespace inkling::semantic_roles {

inline constexpr PluginInfo kInfo = {
    "semantic-roles",
    "who did what to whom: the role of each word for a predicate of its sentence",
    "roles of predicates, also of those that training has not seen",
    "Carreras, Marquez 2005; Palmer et al. 2005",
    "",
};

struct Options {
  std::string predicates = "given";
  std::string decode = "constrained";

  template <class Visitor>
  void fields(Visitor& field) {
    field("predicates", predicates,
          "given: each sentence marks one, whose roles are found; detect: which words are "
          "predicates is what is found",
          one_of({"given", "detect"}));
    field("decode", decode,
          "greedy: each word's best class; constrained: the best path in which a core role is "
          "there once, and none goes on or is referred to that is not there",
          one_of({"greedy", "constrained"}));
  }
};

}  // namespace inkling::semantic_roles
