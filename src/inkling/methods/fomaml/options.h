// Options of first-order MAML: MAML's, with one of them set.
#pragma once

#include "inkling/methods/maml/options.h"

namespace inkling::fomaml {

inline constexpr PluginInfo kInfo = {
    "fomaml",
    "MAML's initialisation by a gradient that takes the steps on the support as constants",
    "MAML is too slow or takes too much memory: long inner loops, large models",
    "Finn et al. 2017, section 5.2",
    "inner loop, zero shot, regression",
};

struct Options : maml::Options {
  Options() { first_order = true; }

  template <class Visitor>
  void fields(Visitor& field) {
    inner_fields(field);
    adapt_field(field);
  }
};

}  // namespace inkling::fomaml
