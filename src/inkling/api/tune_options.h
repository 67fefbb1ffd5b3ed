// What `inkling tune` is asked for: the [tune] section of a configuration and its flags.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inkling/config/fields.h"

namespace inkling {

/// The section of a configuration file that holds them; other commands read over it.
constexpr const char* kTuneSection = "tune";

struct TuneOptions {
  std::vector<std::string> hyper;
  std::string objective = "validation-loss";
  std::int64_t inner_steps = 100;
  std::int64_t outer_steps = 20;
  double outer_rate = 0.01;
  std::string inner_optimiser = "adam";
  std::string estimator = "auto";
  std::int64_t slots = 8;
  std::int64_t window = 20;
  std::int64_t max_batch = 0;
  std::int64_t divergences = 5;
  std::int64_t settle = 10;
  double check = 0;

  template <class Visitor>
  void fields(Visitor& field) {
    field("hyper", hyper,
          "what to tune and where to start, as learning_rate=0.01,batch_size=32; a name alone "
          "starts where training would");
    field("objective", objective,
          "what is to fall: the loss on validation data after the inner steps, the mean of the "
          "inner losses, or the last of them",
          one_of({"validation-loss", "mean-train-loss", "final-train-loss"}));
    field("inner-steps", inner_steps, "steps of the training inside, of a batch each",
          between(1, 1e7));
    field("outer-steps", outer_steps, "moves of the hyperparameters", between(0, 1e7));
    field("outer-rate", outer_rate,
          "rate of the Adam that moves them, on the line that each is mapped to: 0.01 is 1% of a "
          "learning rate a step",
          positive());
    field("inner-optimiser", inner_optimiser,
          "how the inner gradients become steps; inkling train takes adam",
          one_of({"adam", "momentum", "sgd"}));
    field("estimator", estimator,
          "how the hypergradient is found; auto chooses an exact one by memory and cost; implicit "
          "ones take the minimum of the loss of all training examples in place of steps",
          one_of({"auto", "reverse", "checkpointed", "truncated", "forward", "differences",
                  "implicit-cg", "implicit-neumann", "implicit-nystrom"}));
    field("slots", slots, "states that checkpointed keeps", between(1, 1e7));
    field("window", window, "last steps that truncated goes back through", between(1, 1e7));
    field("max-batch", max_batch,
          "largest batch size, and examples drawn for each step; 0: four times the start",
          between(0, 1e7));
    field("divergences", divergences,
          "inner trainings that may go off before tuning stops; after each it steps back and "
          "shrinks its moves",
          between(0, 1e6));
    field("settle", settle,
          "stop where over so many outer steps no hypergradient is told from zero; 0: never",
          between(0, 1e6));
    field("check", check,
          "share of the validation data kept from the gradient: the best point is the best on it, "
          "and tuning stops where it falls no more; for vectors, which fit what they see",
          between(0, 0.9));
  }
};

}  // namespace inkling
