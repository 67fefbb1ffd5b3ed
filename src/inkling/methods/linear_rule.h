// What methods that solve for a linear classifier share: one weight matrix and bias an episode.
#pragma once

#include "inkling/methods/method.h"

namespace inkling {

/// Scores of x are x weight + bias.
struct LinearRule {
  Tensor weight;  ///< [E, H, C]
  Tensor bias;    ///< [E, C]
};

/// Scores of the query, whose random choices are not those of the support. @return [E, Q, C]
Tensor rule_scores(const LinearRule& rule, const Network& model, const Params& meta,
                   const Batch& query, const Context& context);

/// The encoder of `meta` with the rule of the one episode as a "linear" head. Two classes keep two
/// columns, which the model's head takes as they are.
/// @throws Error numeric, where the rule is not finite
Adapted adapted_rule(const Params& meta, const LinearRule& rule);

}  // namespace inkling
