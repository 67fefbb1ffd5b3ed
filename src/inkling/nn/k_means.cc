#include "inkling/nn/k_means.h"

#include "inkling/base/error.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

/// Points whose distances to all centres are held at a time.
constexpr std::int64_t kAtOnce = 4096;

/// [N, K] of a few points.
Tensor squared_distances(const Tensor& points, const Tensor& centres) {
  const Tensor own = points.square().sum(1, true) + centres.square().sum(1);
  return at::addmm(own, points, centres.t(), 1, -2).clamp_min(0);
}

/// The nearest centre of each point and its squared distance.
std::pair<Tensor, Tensor> nearest(const Tensor& points, const Tensor& centres) {
  std::vector<Tensor> distances;
  std::vector<Tensor> places;
  for (const Tensor& some : points.split(kAtOnce)) {
    const auto [distance, place] = squared_distances(some, centres).min(1);
    distances.push_back(distance);
    places.push_back(place);
  }
  return {at::cat(distances), at::cat(places)};
}

/// Each next centre is a point, likelier the farther it is from those so far.
Tensor first_centres(const Tensor& points, std::int64_t clusters, Rng& rng) {
  const auto count = static_cast<std::uint64_t>(points.size(0));
  std::vector<Tensor> centres = {points[static_cast<std::int64_t>(rng.below(count))]};
  Tensor distance = (points - centres[0]).square().sum(1);
  while (std::ssize(centres) < clusters) {
    const Tensor sums = distance.to(at::kDouble).cumsum(0);
    const double all = sums[-1].item<double>();
    const std::int64_t place =
        all > 0 ? at::searchsorted(sums, all * rng.uniform(), false, true).item<std::int64_t>()
                : static_cast<std::int64_t>(rng.below(count));
    centres.push_back(points[std::min(place, points.size(0) - 1)]);
    distance = at::minimum(distance, (points - centres.back()).square().sum(1));
  }
  return at::stack(centres);
}

}  // namespace

Clusters k_means(const Tensor& points, std::int64_t clusters, Key key, std::int64_t steps) {
  if (clusters < 1 || points.size(0) < clusters) {
    throw Error(ErrorKind::usage,
                cat(points.size(0), " points cannot be cut into ", clusters, " clusters"));
  }
  const torch::autograd::AutoGradMode off(false);
  Rng rng(key);
  Clusters found;
  found.centres = first_centres(points, clusters, rng);
  for (std::int64_t step = 0;; ++step) {
    check_interrupt();
    const auto [distance, of] = nearest(points, found.centres);
    const bool still = found.of.defined() && at::equal(of, found.of);
    found.of = of;
    found.spread = distance.mean().item<double>();
    if (still || step == steps) return found;
    const Tensor sizes = at::bincount(of, {}, clusters);
    const Tensor sums = at::zeros_like(found.centres).index_add_(0, of, points);
    found.centres = sums / sizes.clamp_min(1).unsqueeze(1);
    const Tensor empty = at::nonzero(sizes.eq(0)).squeeze(1);
    if (empty.size(0) == 0) continue;
    const Tensor farthest = std::get<1>(distance.topk(empty.size(0)));
    found.centres.index_copy_(0, empty, points.index_select(0, farthest));
  }
}

}  // namespace inkling
