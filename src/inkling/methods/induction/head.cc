#include "inkling/methods/induction/head.h"

#include "inkling/methods/relations.h"

namespace inkling::induction {

Tensor log_relations_of(const Params& module, const Tensor& classes, const Tensor& x) {
  const Tensor of_class = at::matmul(classes.unsqueeze(1), module.at("head.tensor"));
  const Tensor slices = at::matmul(of_class, x.unsqueeze(1).transpose(2, 3));  // [E, slices, C, U]
  return log_relations(module, slices.permute({0, 3, 2, 1}).relu());
}

Tensor head(const Network& model, const Adapted& adapted, const Batch& batch,
            const Context& context) {
  return log_relations_of(adapted.params, of_every_episode(adapted, "head.classes", batch),
                          model.encode(adapted.params, batch, context));
}

}  // namespace inkling::induction
