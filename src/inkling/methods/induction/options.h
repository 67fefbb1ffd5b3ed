// Options of induction networks.
#pragma once

#include <cstdint>
#include <string>

#include "inkling/config/plugin.h"

namespace inkling::induction {

inline constexpr PluginInfo kInfo = {
    "induction",
    "an encoder, what examples of a class have in common (routing), and their relation to a query",
    "new classes or domains with noisy examples: those unlike the others of their class count less",
    "Geng et al. 2019",
    "closed form, class-equivariant",
};

struct Options {
  std::int64_t iterations = 3;
  std::int64_t slices = 100;
  std::string loss = "mse";

  template <class Visitor>
  void fields(Visitor& field) {
    field("iterations", iterations, "of the routing", between(1, 1000));
    field("slices", slices, "of the tensor that relates a class and a query", between(1, 100000));
    field("loss", loss, "of the relations: squared error (the paper's) or cross-entropy",
          one_of({"mse", "cross-entropy"}));
  }
};

}  // namespace inkling::induction
