#include "inkling/methods/cavia/head.h"

namespace inkling::cavia {

Tensor modulated(const Params& params, const Tensor& features) {
  const Tensor& context = params.at("head.context");
  const auto of_units = [&](const char* name) {
    return at::matmul(context, params.at(name)).unsqueeze(-2);
  };
  return features * (1 + of_units("head.gain")) + of_units("head.shift");
}

Tensor head(const Network& model, const Adapted& adapted, const Batch& batch,
            const Context& context) {
  const Tensor features = model.encode(adapted.params, batch, context);
  return model.score(adapted.params, modulated(adapted.params, features), context);
}

}  // namespace inkling::cavia
