#include "inkling/methods/hybrid_attention/head.h"

namespace inkling::hybrid_attention {

Tensor attended_scores(const Tensor& queries, const Support& support, const Tensor& weight) {
  // What is of no class is far below anything that is.
  constexpr double kNone = -1e30;
  const Tensor own = at::matmul(support.features, weight).unsqueeze(1);
  const Tensor asked = at::matmul(queries, weight).unsqueeze(2);
  const Tensor fits = (own * asked).tanh().sum(-1);  // [E, Q, S]
  const Tensor outside = support.member.transpose(1, 2).unsqueeze(1) == 0;
  const Tensor attention =
      fits.unsqueeze(2).masked_fill(outside, kNone).softmax(-1);  // [E, Q, C, S]
  const Tensor points = at::matmul(attention, support.features.unsqueeze(1));
  const Tensor apart = (points - queries.unsqueeze(2)).square();
  return (apart * support.weights.unsqueeze(1)).sum(-1).neg();
}

Tensor head(const Network& model, const Adapted& adapted, const Batch& batch,
            const Context& context) {
  const Tensor queries = model.encode(adapted.params, batch, context);
  const Support support = {of_every_episode(adapted, "head.support", batch),
                           of_every_episode(adapted, "head.member", batch),
                           of_every_episode(adapted, "head.weights", batch)};
  return adapted.scale * attended_scores(queries, support, adapted.params.at("head.instance"));
}

}  // namespace inkling::hybrid_attention
