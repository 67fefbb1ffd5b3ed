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
  std::vector<std::string> bounds;
  std::string start = "given";
  std::string search = "gradient";
  std::int64_t budget = 0;
  std::string objective = "validation-loss";
  double accuracy_temperature = 1;
  std::int64_t inner_steps = 100;
  std::int64_t first_inner_steps = 0;
  std::int64_t outer_steps = 20;
  std::string outer_optimiser = "auto";
  double outer_rate = 0;
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
    field("bounds", bounds,
          "between which values each may move, as learning_rate=1e-5:1; searches without a "
          "gradient look within a factor of 1000 of the start where none are given");
    field("start", start,
          "where tuning starts: as hyper says, or at a point drawn by the seed between the bounds",
          one_of({"given", "drawn"}));
    field("search", search,
          "how better values are looked for: along the gradient, or without one by random points, "
          "a grid, or random points of which the better third trains on (successive-halving)",
          one_of({"gradient", "random", "grid", "successive-halving"}));
    field("budget", budget,
          "inner steps to spend, a product with a derivative counted as one; 0: what outer-steps "
          "of forward mode take",
          between(0, 1e15));
    field(
        "objective", objective,
        "what is to fall: the loss on validation data after the inner steps, what their smoothed "
        "accuracy lacks to 1, the mean of the inner losses, or the last of them",
        one_of({"validation-loss", "validation-accuracy", "mean-train-loss", "final-train-loss"}));
    field("accuracy-temperature", accuracy_temperature,
          "of validation-accuracy, the mean probability of the true class: what scores are divided "
          "by; towards 0 it is the accuracy itself, which has no gradient",
          positive());
    field("inner-steps", inner_steps, "steps of the training inside, of a batch each",
          between(1, 1e7));
    field("first-inner-steps", first_inner_steps,
          "steps of the first trainings inside, which cost little while the start is far off; four "
          "times as many whenever rprop's steps have become short; 0: as inner-steps says",
          between(0, 1e7));
    field("outer-steps", outer_steps, "moves of the hyperparameters", between(0, 1e7));
    field("outer-optimiser", outer_optimiser,
          "what moves them, on the line that each is mapped to: rprop takes the gradient's sign "
          "alone, by steps that grow until it changes and are halved then; adam as in training; "
          "auto: rprop, or adam where a hyperparameter is many numbers",
          one_of({"auto", "rprop", "adam"}));
    field("outer-rate", outer_rate,
          "rprop's first step, or adam's rate: 0.01 is 1% of a learning rate a step; 0: 1 of "
          "rprop, 0.01 of adam",
          between(0, 1e6));
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
          "of adam, stop where over so many outer steps no mean hypergradient stands two standard "
          "errors from zero; 0: never. Rprop stops where its steps have become small",
          between(0, 1e6));
    field("check", check,
          "share of the validation data kept from the gradient: the best point is the best on it, "
          "and tuning stops where it falls no more; for vectors, which fit what they see",
          between(0, 0.9));
  }
};

}  // namespace inkling
