#include "inkling/methods/method.h"

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/methods/prototypes.h"

namespace inkling {

Tensor adapted_scores(const Network& model, const Adapted& adapted, const Batch& batch) {
  const torch::autograd::AutoGradMode off(false);
  const Context context;
  const Tensor features = model.encode(adapted.params, batch, context);
  if (adapted.head == "linear") return model.score(adapted.params, features, context);
  const Tensor prototypes =
      adapted.params.at("head.prototypes").unsqueeze(0).expand({batch.episodes, -1, -1});
  if (adapted.head == "euclidean") return adapted.scale * euclidean_scores(features, prototypes);
  if (adapted.head == "cosine") return adapted.scale * cosine_scores(features, prototypes);
  throw Error(ErrorKind::data, cat("unknown head '", adapted.head, "'"), {"", 0, "head"},
              "was this model written by a newer version of inkling?");
}

Method::MetaGradient Method::meta_gradient(const Network& model, const Params& meta,
                                           const Record& record, const Context& context) const {
  const Tensor losses = meta_loss(model, meta, record, context);
  std::vector<Tensor> inputs;
  for (const auto& [name, value] : meta) {
    if (value.requires_grad()) inputs.push_back(value);
  }
  return {losses.detach(), gradients(losses.sum(), inputs, false)};
}

}  // namespace inkling
