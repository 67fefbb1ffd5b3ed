#include "inkling/methods/signatures/head.h"

#include "inkling/methods/signatures/attention.h"

namespace inkling::signatures {

Tensor head(const Network& model, const Adapted& adapted, const Batch& batch,
            const Context& context) {
  const Batch made =
      attended(adapted.params, "head.", adapted.params.at(model.table()),
               of_every_episode(adapted, "head.target", batch),
               at::scalar_tensor(adapted.scale, adapted.params.at(model.table()).options()), batch);
  return model.score(adapted.params, model.encode(adapted.params, made, context), context);
}

}  // namespace inkling::signatures
