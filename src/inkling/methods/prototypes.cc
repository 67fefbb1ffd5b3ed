#include "inkling/methods/prototypes.h"

#include "inkling/methods/parts.h"

namespace inkling {
namespace {

Tensor unit(const Tensor& x) {
  const double tiny = x.scalar_type() == at::kDouble ? 1e-60 : 1e-24;
  return x / x.square().sum(-1, true).clamp_min(tiny).sqrt();
}

}  // namespace

Tensor class_means(const Tensor& features, const Tensor& classes, std::int64_t count) {
  const Tensor member = members(classes, count, features.scalar_type());
  const Tensor sizes = member.sum(1).clamp_min(1).unsqueeze(-1);
  return at::matmul(member.transpose(1, 2), features) / sizes;
}

Tensor euclidean_scores(const Tensor& x, const Tensor& points) {
  return 2 * at::matmul(x, points.transpose(1, 2)) - points.square().sum(-1).unsqueeze(1) -
         x.square().sum(-1, true);
}

Tensor cosine_scores(const Tensor& x, const Tensor& points) {
  return at::matmul(unit(x), unit(points).transpose(1, 2));
}

}  // namespace inkling
