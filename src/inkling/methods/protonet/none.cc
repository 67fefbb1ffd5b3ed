#include "inkling/methods/protonet/none.h"

#include "inkling/methods/protonet/refinement.h"

namespace inkling::protonet {
namespace {

constexpr const char* kThreshold = "none.threshold";
constexpr const char* kRelative = "none.relative";
constexpr const char* kVectors = "none.vectors";

}  // namespace

Params init_none(const Options& options, std::int64_t features, Key key, at::TensorOptions type) {
  if (options.none == "no") return {};
  Params made = {{kNoneShift, at::zeros({}, type)}};
  if (options.none == "vectors") {
    made.set(kVectors, uniform(key, {options.none_vectors, features}, 0, 1, type));
  } else {
    // A distance of a few units, or a cosine at which a query is nearer to a class than to another
    // direction.
    made.set(kThreshold, at::scalar_tensor(options.distance == "cosine" ? .5 : 2., type));
  }
  if (options.none == "learned") made.set(kRelative, at::scalar_tensor(.5, type));
  return made;
}

Tensor with_none(const Options& options, const Params& meta, const Tensor& scores, const Tensor& x,
                 const Tensor& scale) {
  if (options.none == "no") return scores;
  Tensor near;
  if (options.none == "vectors") {
    const Tensor& points = meta.at(kVectors);
    const Tensor of_every_episode =
        points.unsqueeze(0).expand({x.size(0), points.size(0), points.size(1)});
    near = nearness(options, x, of_every_episode).amax(-1, true);
  } else {
    const Tensor& threshold = meta.at(kThreshold);
    near = options.distance == "cosine" ? threshold : threshold.exp().neg();
  }
  Tensor none = (scale * near + meta.at(kNoneShift)).expand({x.size(0), x.size(1), 1});
  if (options.none == "learned") none = none + meta.at(kRelative) * scores.mean(-1, true);
  return at::cat({scores, none}, -1);
}

Tensor threshold_loss(const Network& model, const Tensor& scores, const Targets& targets,
                      const Context& context) {
  const std::int64_t classes = scores.size(-1) - 1;
  const Tensor of_classes = scores.slice(-1, 0, classes);
  Targets with_class = targets;
  with_class.weights = (targets.classes < classes).to(scores.scalar_type());
  with_class.classes = targets.classes.clamp_max(classes - 1);
  const Tensor all = at::cat({of_classes.detach(), scores.slice(-1, classes)}, -1);
  return model.loss(of_classes, with_class, context) + model.loss(all, targets, context);
}

}  // namespace inkling::protonet
