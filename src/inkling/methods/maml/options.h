// Options of MAML.
#pragma once

#include <cstdint>
#include <string>

#include "inkling/config/plugin.h"

namespace inkling::maml {

inline constexpr PluginInfo kInfo = {
    "maml",
    "an initialisation from which a few gradient steps on the support learn a task",
    "tasks that share the meaning of their labels, or whose models must move as a whole",
    "Finn et al. 2017; adapt=head: ANIL (Raghu et al. 2020); adapt=body: BOIL (Oh et al. 2021)",
    "inner loop, second order, zero shot",
};

struct Options {
  std::int64_t inner_steps = 5;
  std::int64_t test_steps = -1;
  double inner_learning_rate = 0.1;
  std::string inner_optimiser = "sgd";
  double inner_momentum = 0.9;
  double inner_clip = 0;
  std::string adapt = "all";
  bool first_order = false;

  template <class Visitor>
  void fields(Visitor& field) {
    field("inner-steps", inner_steps, "gradient steps on the support while meta-training",
          between(0, 1000000));
    field("test-steps", test_steps, "steps at adaptation and evaluation; -1: as in training",
          between(-1, 1000000));
    field("inner-learning-rate", inner_learning_rate, "rate of the steps on the support",
          between(0, 1e6));
    field("inner-optimiser", inner_optimiser, "how the support's gradients become updates",
          one_of({"sgd", "momentum", "adam"}));
    field("inner-momentum", inner_momentum, "of inner-optimiser momentum", between(0, 0.9999));
    field("inner-clip", inner_clip, "largest norm of an inner gradient; 0: no limit",
          between(0, 1e12));
    field("adapt", adapt, "what the support moves: all, the head alone (ANIL) or the body (BOIL)",
          one_of({"all", "head", "body"}));
    field("first-order", first_order, "take the inner gradients as constants (FOMAML)");
  }
};

}  // namespace inkling::maml
