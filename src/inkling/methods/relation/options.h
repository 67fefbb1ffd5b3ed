// Options of relation networks.
#pragma once

#include <cstdint>
#include <string>

#include "inkling/config/plugin.h"

namespace inkling::relation {

inline constexpr PluginInfo kInfo = {
    "relation",
    "an encoder, and a network that says how well a query fits a class's vector",
    "new classes, with many tasks to learn from: the distance is learned and not given",
    "Sung et al. 2018",
    "closed form, class-equivariant",
};

struct Options {
  std::int64_t hidden = 64;
  std::string class_vector = "mean";
  std::string loss = "mse";

  template <class Visitor>
  void fields(Visitor& field) {
    field("relation-units", hidden, "units of the relation network's hidden layer",
          between(1, 1000000));
    field("class-vector", class_vector, "what a class's examples become", one_of({"mean", "sum"}));
    field("loss", loss, "of the relations: squared error (the paper's) or cross-entropy",
          one_of({"mse", "cross-entropy"}));
  }
};

}  // namespace inkling::relation
