#include "inkling/methods/induction/induction.h"

#include "inkling/methods/induction/head.h"
#include "inkling/methods/induction/routing.h"
#include "inkling/methods/parts.h"
#include "inkling/methods/prototypes.h"
#include "inkling/methods/relations.h"
#include "inkling/methods/support.h"
#include "inkling/nn/layers.h"

namespace inkling::induction {
namespace {

class Induction : public Method {
 public:
  explicit Induction(const Options& options)
      : options_(options), loss_(relation_loss_named(options.loss)) {
    traits_.closed_form = true;
    traits_.second_order = true;
    traits_.class_equivariant = true;
  }

  const Traits& traits() const override { return traits_; }

  Params init(const Network& model, Key key) const override {
    Params meta = encoder_part(model.init(key));
    const at::TensorOptions options = number_options(meta);
    const std::int64_t size = features_of(model);
    meta.set("head.weight", glorot(key.fold(2), {size, size}, size, size, options));
    meta.set("head.bias", at::zeros({size}, options));
    meta.set("head.tensor",
             glorot(key.fold(3), {options_.slices, size, size}, size, size, options));
    return meta.merged(init_output(key.fold(4), options_.slices, options));
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
    for (const char* spent : {"head.weight", "head.bias"}) adapted.params.erase(spent);
    adapted.head = kInfo.name;
    return adapted;
  }

 private:
  /// @return [E, C, H]
  Tensor class_vectors(const Network& model, const Params& meta, const Record& record,
                       const Context& context) const {
    check_every_class(kInfo.name, record);
    const Tensor examples = squash(linear(model.encode(meta, record.support, context),
                                          meta.at("head.weight"), meta.at("head.bias")));
    const Tensor member =
        members(record.support_targets.classes, record.classes, examples.scalar_type());
    return route(examples, member, options_.iterations).classes;
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
  return std::make_unique<Induction>(options);
}

}  // namespace inkling::induction
