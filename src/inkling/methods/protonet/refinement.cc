#include "inkling/methods/protonet/refinement.h"

#include <cmath>

#include "inkling/methods/prototypes.h"
#include "inkling/methods/relations.h"

namespace inkling::protonet {
namespace {

constexpr std::int64_t kStatistics = 5;
constexpr std::int64_t kHidden = 20;

/// Of the distances of the unlabelled examples to each class. @param d [E, M, C] @return [E, C, 5]
Tensor statistics(const Tensor& d) {
  const Tensor off = d - d.mean(1, true);
  const Tensor variance = off.square().mean(1);
  // Equal distances have no shape.
  const Tensor unit = off / variance.clamp_min(1e-12).sqrt().unsqueeze(1);
  return at::stack({d.amin(1), d.amax(1), variance, unit.pow(3).mean(1), unit.pow(4).mean(1) - 3},
                   -1);
}

/// How far each class takes each unlabelled example. @return [E, M, C]
Tensor masks(const Options& options, const Params& meta, const Tensor& near) {
  const Tensor distance = options.distance == "cosine" ? 1 - near : near.neg();
  const Tensor d = distance / distance.mean(1, true).clamp_min(1e-12);
  const Tensor hidden =
      (at::matmul(statistics(d), meta.at("refine.hidden_weight")) + meta.at("refine.hidden_bias"))
          .tanh();
  const Tensor thresholds =
      at::matmul(hidden, meta.at("refine.output_weight")) + meta.at("refine.output_bias");
  const Tensor beta = thresholds.select(-1, 0).unsqueeze(1);
  const Tensor gamma = thresholds.select(-1, 1).unsqueeze(1);
  return (gamma * (beta - d)).sigmoid();
}

/// z_jc m_jc. @return [E, M, C]
Tensor shares(const Options& options, const Params& meta, const Tensor& points, const Tensor& x,
              const Tensor& scale) {
  const Tensor near = nearness(options, x, points);
  const Tensor scores = scale * near;
  if (options.refine == "distractor") {
    const Tensor& log_radius = meta.at("refine.log_radius");
    const Tensor origin = nearness(options, x, at::zeros_like(points.slice(1, 0, 1)));
    const Tensor other = scale * origin * (-2 * log_radius).exp() - log_radius;
    return at::cat({scores, other}, -1).softmax(-1).slice(-1, 0, points.size(1));
  }
  const Tensor z = scores.softmax(-1);
  return options.refine == "masked" ? z * masks(options, meta, near) : z;
}

}  // namespace

Params init_refinement(const Options& options, Key key, at::TensorOptions type) {
  if (options.refine == "distractor") {
    return {{"refine.log_radius", at::scalar_tensor(std::log(options.distractor_radius), type)}};
  }
  if (options.refine != "masked") return {};
  // The masks start at the mean distance (beta = 1 = gamma) for all statistics alike.
  return {{"refine.hidden_weight", glorot(key, {kStatistics, kHidden}, kStatistics, kHidden, type)},
          {"refine.hidden_bias", at::zeros({kHidden}, type)},
          {"refine.output_weight", at::zeros({kHidden, 2}, type)},
          {"refine.output_bias", at::ones({2}, type)}};
}

Tensor nearness(const Options& options, const Tensor& x, const Tensor& points) {
  return options.distance == "cosine" ? cosine_scores(x, points) : euclidean_scores(x, points);
}

Tensor refined(const Options& options, const Params& meta, const Labelled& labelled,
               const Tensor& x, const Tensor& scale) {
  Tensor points = labelled.sums / labelled.sizes;
  if (x.size(1) == 0) return points;
  for (std::int64_t step = 0; step < options.refine_steps; ++step) {
    const Tensor share = shares(options, meta, points, x, scale);
    points = (labelled.sums + at::matmul(share.transpose(1, 2), x)) /
             (labelled.sizes + share.sum(1).unsqueeze(-1));
  }
  return points;
}

}  // namespace inkling::protonet
