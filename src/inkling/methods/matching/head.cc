#include "inkling/methods/matching/head.h"

#include <limits>

#include "inkling/methods/prototypes.h"

namespace inkling::matching {

Tensor log_attention(const Tensor& x, const Tensor& support, const Tensor& member,
                     const Tensor& scale) {
  const Tensor logits = scale * cosine_scores(x, support);  // [E, U, S]
  const Tensor of_class =
      logits.unsqueeze(-1).masked_fill(member.unsqueeze(1) == 0,
                                       -std::numeric_limits<double>::infinity());  // [E, U, S, C]
  return of_class.logsumexp(2) - logits.logsumexp(-1, true);
}

Tensor head(const Network& model, const Adapted& adapted, const Batch& batch,
            const Context& context) {
  const Tensor x = model.encode(adapted.params, batch, context);
  return log_attention(x, of_every_episode(adapted, "head.support", batch),
                       of_every_episode(adapted, "head.member", batch),
                       at::scalar_tensor(adapted.scale, x.options()));
}

}  // namespace inkling::matching
