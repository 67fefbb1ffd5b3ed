// Options that every method which adapts by gradient steps has.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inkling/config/plugin.h"

namespace inkling {

struct FittingOptions {
  std::int64_t inner_steps = 5;
  std::int64_t test_steps = -1;
  double inner_learning_rate = 0.1;
  std::string inner_optimiser = "sgd";
  double inner_momentum = 0.9;
  double inner_clip = 0;
  std::int64_t checkpoints = 0;

  template <class Visitor>
  void inner_fields(Visitor& field) {
    field("inner-steps", inner_steps, "gradient steps on the support while meta-training",
          between(0, 1000000));
    field("test-steps", test_steps, "steps at adaptation and evaluation; -1: as in training",
          between(-1, 1000000));
    field("inner-learning-rate", inner_learning_rate,
          "rate of the steps on the support; where rates are learned, their beginning",
          between(0, 1e6), Differentiable{Bijection::log, 1e-8, 1e4, each_});
    field("inner-optimiser", inner_optimiser, "how the support's gradients become updates",
          one_of({"sgd", "momentum", "adam"}));
    field("inner-momentum", inner_momentum, "of inner-optimiser momentum", between(0, 0.9999),
          Differentiable{Bijection::logit, 1e-4, 0.9999, each_});
    field("inner-clip", inner_clip, "largest norm of an inner gradient; 0: no limit",
          between(0, 1e12));
  }

  /// Of a method whose steps' gradient is taken through all of them at once.
  template <class Visitor>
  void checkpoints_field(Visitor& field) {
    field("checkpoints", checkpoints,
          "states kept while meta-training, the others computed again; 0: all are kept",
          between(0, 1000000));
  }

 private:
  static inline const std::vector<std::string> each_ = {"step", "layer", "layer-step"};
};

/// What the steps on the support move.
struct AdaptOption {
  std::string adapt = "all";

  template <class Visitor>
  void adapt_field(Visitor& field) {
    field("adapt", adapt, "what the support moves: all, the head alone (ANIL) or the body (BOIL)",
          one_of({"all", "head", "body"}));
  }
};

struct FirstOrderOption {
  bool first_order = false;

  template <class Visitor>
  void first_order_field(Visitor& field) {
    field("first-order", first_order, "take the inner gradients as constants (FOMAML)");
  }
};

}  // namespace inkling
