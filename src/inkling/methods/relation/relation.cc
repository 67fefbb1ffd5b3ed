#include "inkling/methods/relation/relation.h"

#include "inkling/methods/parts.h"
#include "inkling/methods/prototypes.h"
#include "inkling/methods/relation/head.h"
#include "inkling/methods/relations.h"
#include "inkling/methods/support.h"

namespace inkling::relation {
namespace {

class Relation : public Method {
 public:
  explicit Relation(const Options& options)
      : options_(options), loss_(relation_loss_named(options.loss)) {
    traits_.closed_form = true;
    traits_.second_order = true;
    traits_.class_equivariant = true;
  }

  const Traits& traits() const override { return traits_; }

  /// The module starts as a distance: hidden units read c - x, and each lowers the relation. From a
  /// start without any interaction of c and x it learns their sum first, which tells nothing apart.
  Params init(const Network& model, Key key) const override {
    Params meta = encoder_part(model.init(key));
    const at::TensorOptions options = number_options(meta);
    const std::int64_t inputs = features_of(model);
    const std::int64_t hidden = options_.hidden;
    const Tensor weight = glorot(key.fold(2), {inputs, hidden}, inputs, hidden, options);
    meta.set("head.class_weight", weight);
    meta.set("head.query_weight", weight.neg());
    meta.set("head.bias", at::zeros({hidden}, options));
    const Params output = init_output(key.fold(3), hidden, options);
    return meta.merged(output).merged(
        {{"head.output_weight", output.at("head.output_weight").abs().neg()}});
  }

  Hyper hyper(at::ScalarType) const override { return {}; }

  Tensor meta_loss(const Network& model, const Params& meta, const Record& record,
                   const Context& context) const override {
    return relation_loss(loss_, model, scores(model, meta, record, context), record.query_targets,
                         context);
  }

  std::vector<Tensor> curve(const Network& model, const Params& meta, const Record& record,
                            const Context& context) const override {
    const torch::autograd::AutoGradMode off(false);
    return {scores(model, meta, record, context)};
  }

  Adapted adapt(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    const torch::autograd::AutoGradMode off(false);
    Adapted adapted;
    adapted.params = meta;
    adapted.params.set("head.classes", class_vectors(model, meta, record, context)[0]);
    adapted.head = kInfo.name;
    return adapted;
  }

 private:
  /// @return [E, C, H]
  Tensor class_vectors(const Network& model, const Params& meta, const Record& record,
                       const Context& context) const {
    check_every_class(kInfo.name, record);
    const Tensor features = model.encode(meta, record.support, context);
    const Tensor& classes = record.support_targets.classes;
    if (options_.class_vector == "mean") return class_means(features, classes, record.classes);
    return at::matmul(members(classes, record.classes, features.scalar_type()).transpose(1, 2),
                      features);
  }

  Tensor scores(const Network& model, const Params& meta, const Record& record,
                const Context& context) const {
    const Tensor classes = class_vectors(model, meta, record, context);
    Context of_query = context;
    of_query.key = context.key.fold(1);
    return log_relations_of(meta, classes, model.encode(meta, record.query, of_query));
  }

  Options options_;
  RelationLoss loss_;
  Traits traits_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<Relation>(options);
}

}  // namespace inkling::relation
