#include "inkling/methods/contrastive/info_nce.h"

#include "inkling/methods/prototypes.h"
#include "inkling/nn/layers.h"

namespace inkling::contrastive {

Tensor info_nce(const Tensor& a, const Tensor& b, const Tensor& temperature) {
  const Tensor scores = cosine_scores(a, b) / temperature;
  const Tensor own =
      at::arange(a.size(1), scores.options().dtype(at::kLong)).expand({a.size(0), a.size(1)});
  return cross_entropy(scores, own);
}

}  // namespace inkling::contrastive
