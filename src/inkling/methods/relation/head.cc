#include "inkling/methods/relation/head.h"

#include "inkling/methods/relations.h"

namespace inkling::relation {

Tensor log_relations_of(const Params& module, const Tensor& classes, const Tensor& x) {
  // W [c, x] is a sum of two products, each computed once and not for every pair.
  const Tensor of_class = at::matmul(classes, module.at("head.class_weight"));
  const Tensor of_query = at::matmul(x, module.at("head.query_weight")) + module.at("head.bias");
  return log_relations(module, (of_class.unsqueeze(1) + of_query.unsqueeze(2)).relu());
}

Tensor head(const Network& model, const Adapted& adapted, const Batch& batch,
            const Context& context) {
  return log_relations_of(adapted.params, of_every_episode(adapted, "head.classes", batch),
                          model.encode(adapted.params, batch, context));
}

}  // namespace inkling::relation
