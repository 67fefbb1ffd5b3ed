// Options of distributional signatures.
#pragma once

#include <cstdint>

#include "inkling/config/plugin.h"

namespace inkling::signatures {

inline constexpr PluginInfo kInfo = {
    "signatures",
    "which words of a text to attend to, from how words are distributed and not from what they are",
    "new classes of short texts with pretrained word vectors; encoder average",
    "Bao et al. 2020 (distributional signatures)",
    "closed form, class-equivariant, weighs words",
};

struct Options {
  std::int64_t hidden = 25;
  double rarity = 1e-3;
  double target_lambda = 1;
  double lambda = 0.1;
  double logit_scale = 1;

  template <class Visitor>
  void fields(Visitor& field) {
    field("lstm-units", hidden, "units of the word-importance LSTM in each direction",
          between(1, 4096));
    field("rarity", rarity, "e of a word's general importance e / (e + its frequency)", positive(),
          Differentiable{Bijection::log, 1e-8, 10});
    field("target-lambda", target_lambda,
          "penalty of the classifier that tells a word's importance to the task", positive(),
          Differentiable{Bijection::log, 1e-8, 1e8});
    field("lambda", lambda, "first penalty on the squared weights, learned from there", positive(),
          Differentiable{Bijection::log, 1e-8, 1e8});
    field("logit-scale", logit_scale, "factor of the scores, learned from there", positive(),
          Differentiable{Bijection::log, 1e-4, 1e4});
  }
};

}  // namespace inkling::signatures
