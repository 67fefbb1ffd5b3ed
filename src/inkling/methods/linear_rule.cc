#include "inkling/methods/linear_rule.h"

#include "inkling/base/error.h"
#include "inkling/methods/parts.h"
#include "inkling/nn/layers.h"

namespace inkling {

Tensor rule_scores(const LinearRule& rule, const Tensor& features) {
  return linear(features, rule.weight, rule.bias);
}

Adapted adapted_rule(const Params& meta, const LinearRule& rule) {
  Adapted adapted;
  adapted.params = encoder_part(meta);
  adapted.params.set("head.weight", rule.weight[0].detach().contiguous());
  adapted.params.set("head.bias", rule.bias[0].detach().contiguous());
  adapted.head = "linear";
  for (const char* name : {"head.weight", "head.bias"}) {
    if (adapted.params.at(name).isfinite().all().item<bool>()) continue;
    throw Error(ErrorKind::numeric, "solving for the classifier gave numbers that are not finite",
                {}, "look at the examples, or meta-train with a smaller --learning-rate");
  }
  return adapted;
}

Tensor LinearRuleMethod::scores(const Network& model, const Params& meta, const Record& record,
                                const Context& context) const {
  return rule_scores(rule(model, meta, record, context),
                     query_features(model, meta, record.query, context));
}

Adapted LinearRuleMethod::learned(const Network& model, const Params& meta, const Record& record,
                                  const Context& context) const {
  return adapted_rule(meta, rule(model, meta, record, context));
}

}  // namespace inkling
