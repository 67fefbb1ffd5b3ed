#include "inkling/methods/relation/relation.h"

#include "inkling/methods/parts.h"
#include "inkling/methods/prototypes.h"
#include "inkling/methods/relation/head.h"
#include "inkling/methods/relations.h"

namespace inkling::relation {
namespace {

class Relation : public RelationMethod {
 public:
  explicit Relation(const Options& options)
      : RelationMethod(kInfo.name, options.loss), options_(options) {}

  /// The module starts as a distance: hidden units read c - x, and each lowers the relation. From a
  /// start drawn at random one training on headlines stayed at chance.
  Params init(const Network& model, Key key) const override {
    Params meta = ClosedFormMethod::init(model, key);
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

 protected:
  Tensor class_vectors(const Network& model, const Params& meta, const Record& record,
                       const Context& context) const override {
    const Tensor features = model.encode(meta, record.support, context);
    const Tensor& classes = record.support_targets.classes;
    if (options_.class_vector == "mean") return class_means(features, classes, record.classes);
    return at::matmul(members(classes, record.classes, features.scalar_type()).transpose(1, 2),
                      features);
  }

  Tensor log_relations(const Params& meta, const Tensor& classes,
                       const Tensor& query) const override {
    return log_relations_of(meta, classes, query);
  }

 private:
  Options options_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<Relation>(options);
}

}  // namespace inkling::relation
