#include "inkling/methods/heads.h"

#include <algorithm>

#include "inkling/base/strings.h"
#include "inkling/methods/prototypes.h"

namespace inkling {
namespace {

Tensor linear_head(const Network& model, const Adapted& adapted, const Batch& batch,
                   const Context& context) {
  return model.score(adapted.params, model.encode(adapted.params, batch, context), context);
}

Tensor euclidean_head(const Network& model, const Adapted& adapted, const Batch& batch,
                      const Context& context) {
  return adapted.scale * euclidean_scores(model.encode(adapted.params, batch, context),
                                          of_every_episode(adapted, "head.prototypes", batch));
}

Tensor cosine_head(const Network& model, const Adapted& adapted, const Batch& batch,
                   const Context& context) {
  return adapted.scale * cosine_scores(model.encode(adapted.params, batch, context),
                                       of_every_episode(adapted, "head.prototypes", batch));
}

}  // namespace

const std::vector<Head>& heads() {
  static const std::vector<Head> all = [] {
    std::vector<Head> made = {
        {"linear", linear_head}, {"euclidean", euclidean_head}, {"cosine", cosine_head}};
    made.insert(made.end(), method_heads().begin(), method_heads().end());
    return made;
  }();
  return all;
}

const Head& head_named(std::string_view name, const Where& where) {
  const auto found = std::ranges::find(heads(), name, &Head::name);
  if (found != heads().end()) return *found;
  std::vector<std::string> known;
  for (const Head& head : heads()) known.emplace_back(head.name);
  throw Error(
      ErrorKind::data, cat("unknown head '", name, "'"), where,
      cat("there are: ", join(known, ", "), "; was it written by a newer version of inkling?"));
}

Tensor adapted_scores(const Network& model, const Adapted& adapted, const Batch& batch) {
  const torch::autograd::AutoGradMode off(false);
  return head_named(adapted.head).scores(model, adapted, batch, Context{});
}

Tensor of_every_episode(const Adapted& adapted, std::string_view name, const Batch& batch) {
  const Tensor& value = adapted.params.at(name);
  std::vector<std::int64_t> shape = value.sizes().vec();
  shape.insert(shape.begin(), batch.episodes);
  return value.unsqueeze(0).expand(shape);
}

}  // namespace inkling
