// What methods that solve for a linear classifier share: one weight matrix and bias an episode.
#pragma once

#include "inkling/methods/closed_form.h"

namespace inkling {

/// Scores of x are x weight + bias.
struct LinearRule {
  Tensor weight;  ///< [E, H, C]
  Tensor bias;    ///< [E, C]
};

/// @param features  [E, Q, H]
/// @return          [E, Q, C]
Tensor rule_scores(const LinearRule& rule, const Tensor& features);

/// The encoder of `meta` with the rule of the one episode as a "linear" head. Two classes keep two
/// columns, which the model's head takes as they are.
/// @throws Error numeric, where the rule is not finite
Adapted adapted_rule(const Params& meta, const LinearRule& rule);

/// A method whose support gives a rule for features that do not depend on it.
class LinearRuleMethod : public ClosedFormMethod {
 protected:
  using ClosedFormMethod::ClosedFormMethod;

  virtual LinearRule rule(const Network& model, const Params& meta, const Record& record,
                          const Context& context) const = 0;

  Tensor scores(const Network& model, const Params& meta, const Record& record,
                const Context& context) const final;
  Adapted learned(const Network& model, const Params& meta, const Record& record,
                  const Context& context) const final;
};

}  // namespace inkling
