// Options of plain supervised training.
#pragma once

#include <cstdint>
#include <string>

#include "inkling/config/plugin.h"

namespace inkling::supervised {

inline constexpr PluginInfo kInfo = {
    "supervised",
    "one model on all examples as one task, then fine-tuned on the support",
    "one data set with labels enough; and the baseline that every method should beat",
    "",
    "inner loop, zero shot, regression",
};

struct Options {
  std::int64_t tune_steps = 20;
  double tune_learning_rate = 0.5;
  std::string tune_optimiser = "sgd";
  std::string adapt = "all";

  template <class Visitor>
  void fields(Visitor& field) {
    field("tune-steps", tune_steps, "gradient steps on the support", between(0, 1000000));
    field("tune-learning-rate", tune_learning_rate, "rate of these steps", between(0, 1e6));
    field("tune-optimiser", tune_optimiser, "how the support's gradients become updates",
          one_of({"sgd", "momentum", "adam"}));
    field("adapt", adapt, "what the support moves: all, the head alone or the body",
          one_of({"all", "head", "body"}));
  }
};

}  // namespace inkling::supervised
