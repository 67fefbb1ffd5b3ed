#include "inkling/methods/relations.h"

#include <cmath>

#include "inkling/base/error.h"
#include "inkling/methods/parts.h"
#include "inkling/methods/prototypes.h"

namespace inkling {

RelationLoss relation_loss_named(const std::string& name) {
  return name == "cross-entropy" ? RelationLoss::cross_entropy : RelationLoss::mse;
}

Tensor relation_loss(RelationLoss loss, const Network& model, const Tensor& scores,
                     const Targets& targets, const Context& context) {
  if (loss == RelationLoss::cross_entropy) return model.loss(scores, targets, context);
  const Tensor own = members(targets.classes, scores.size(-1), scores.scalar_type());
  return (scores.exp() - own).square().mean({-2, -1});
}

Tensor log_relations(const Params& head, const Tensor& hidden) {
  const Tensor out = at::matmul(hidden, head.at("head.output_weight")).squeeze(-1);
  return at::log_sigmoid(out + head.at("head.output_bias"));
}

Params init_output(Key key, std::int64_t hidden, at::TensorOptions options) {
  return {{"head.output_weight", glorot(key, {hidden, 1}, hidden, 1, options)},
          {"head.output_bias", at::zeros({1}, options)}};
}

Tensor glorot(Key key, at::IntArrayRef shape, std::int64_t inputs, std::int64_t outputs,
              at::TensorOptions options) {
  const double limit = std::sqrt(6.0 / static_cast<double>(inputs + outputs));
  return uniform(key, shape, -limit, limit, options);
}

std::int64_t features_of(const Network& model) {
  if (model.features() > 0) return model.features();
  throw Error(ErrorKind::internal, "the model does not say how many features it gives");
}

Tensor RelationMethod::scores(const Network& model, const Params& meta, const Record& record,
                              const Context& context) const {
  return log_relations(meta, class_vectors(model, meta, record, context),
                       query_features(model, meta, record.query, context));
}

Adapted RelationMethod::learned(const Network& model, const Params& meta, const Record& record,
                                const Context& context) const {
  Adapted adapted;
  adapted.params = meta;
  adapted.params.set("head.classes", class_vectors(model, meta, record, context)[0]);
  adapted.head = name_;
  return adapted;
}

Tensor RelationMethod::loss(const Network& model, const Tensor& scores, const Targets& targets,
                            const Context& context) const {
  return relation_loss(loss_, model, scores, targets, context);
}

}  // namespace inkling
