#include "inkling/methods/matching/head.h"

#include <limits>

#include "inkling/methods/prototypes.h"

namespace inkling::matching {

Tensor log_attention(const Tensor& x, const Tensor& support, const Tensor& member,
                     const Tensor& scale) {
  const Tensor logits = scale * cosine_scores(x, support);  // [E, U, S]
  // By classes without anything of all of E, U, S and C: the largest of each class's logits, which
  // keeps the exponentials in range and needs no gradient, and the sums of what is left.
  const Tensor own = member.argmax(-1).unsqueeze(1).expand_as(logits);  // [E, U, S]
  const Tensor largest = at::full({x.size(0), x.size(1), member.size(2)},
                                  -std::numeric_limits<double>::infinity(), logits.options())
                             .scatter_reduce(2, own, logits.detach(), "amax");  // [E, U, C]
  const Tensor sums = at::matmul((logits - largest.gather(2, own)).exp(), member);
  return largest + sums.log() - logits.logsumexp(-1, true);
}

Tensor head(const Network& model, const Adapted& adapted, const Batch& batch,
            const Context& context) {
  const Tensor x = model.encode(adapted.params, batch, context);
  return log_attention(x, of_every_episode(adapted, "head.support", batch),
                       of_every_episode(adapted, "head.member", batch),
                       at::scalar_tensor(adapted.scale, x.options()));
}

}  // namespace inkling::matching
