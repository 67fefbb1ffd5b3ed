// What `inkling influence` is asked for.
#pragma once

#include <cstdint>
#include <string>

#include "inkling/config/fields.h"

namespace inkling {

struct InfluenceOptions {
  std::string model;
  std::string text;
  std::string label;
  std::int64_t top = 10;
  std::string parameters = "head";
  double damping = 0.01;
  std::int64_t cg_steps = 100;

  template <class Visitor>
  void fields(Visitor& field) {
    field("model", model, "model directory, trained by method supervised");
    field("text", text, "the text whose loss is asked about");
    field("label", label, "its label; empty: the model's answer");
    field("top", top, "training texts to show of either kind", between(1, 1e6));
    field("parameters", parameters,
          "what leaving a text out is taken to move: the head alone, whose loss is convex, or all",
          one_of({"head", "all"}));
    field("damping", damping,
          "added to the curvature: the strength of a pull back to where training ended",
          positive());
    field("cg-steps", cg_steps, "most steps of conjugate gradient", between(1, 1e6));
  }
};

}  // namespace inkling
