#include "inkling/methods/neighbours/head.h"

#include "inkling/methods/prototypes.h"

namespace inkling::neighbours {

Tensor nearest_of_each(const Tensor& scores, const Tensor& member) {
  // What is of another class is far below anything that is of this one.
  constexpr double kNone = -1e30;
  std::vector<Tensor> classes;
  for (std::int64_t c = 0; c < member.size(2); ++c) {
    const Tensor outside = (member.select(2, c) == 0).unsqueeze(1);  // [E, 1, S]
    classes.push_back(scores.masked_fill(outside, kNone).amax(-1));
  }
  return at::stack(classes, -1);
}

Tensor head(const Network& model, const Adapted& adapted, const Batch& batch,
            const Context& context) {
  const Tensor x = model.encode(adapted.params, batch, context);
  const Tensor support = of_every_episode(adapted, "head.support", batch);
  const bool cosine = adapted.params.find("head.cosine") != nullptr;
  return adapted.scale *
         nearest_of_each(cosine ? cosine_scores(x, support) : euclidean_scores(x, support),
                         of_every_episode(adapted, "head.member", batch));
}

}  // namespace inkling::neighbours
