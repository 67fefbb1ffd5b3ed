#include "inkling/methods/induction/induction.h"

#include "inkling/methods/induction/head.h"
#include "inkling/methods/induction/routing.h"
#include "inkling/methods/parts.h"
#include "inkling/methods/relations.h"
#include "inkling/nn/layers.h"

namespace inkling::induction {
namespace {

class Induction : public RelationMethod {
 public:
  explicit Induction(const Options& options)
      : RelationMethod(kInfo.name, options.loss), options_(options) {}

  Params init(const Network& model, Key key) const override {
    Params meta = ClosedFormMethod::init(model, key);
    const at::TensorOptions options = number_options(meta);
    const std::int64_t size = features_of(model);
    meta.set("head.weight", glorot(key.fold(2), {size, size}, size, size, options));
    meta.set("head.bias", at::zeros({size}, options));
    meta.set("head.tensor",
             glorot(key.fold(3), {options_.slices, size, size}, size, size, options));
    return meta.merged(init_output(key.fold(4), options_.slices, options));
  }

 protected:
  Tensor class_vectors(const Network& model, const Params& meta, const Record& record,
                       const Context& context) const override {
    const Tensor examples = squash(linear(model.encode(meta, record.support, context),
                                          meta.at("head.weight"), meta.at("head.bias")));
    const Tensor member =
        members(record.support_targets.classes, record.classes, examples.scalar_type());
    return route(examples, member, options_.iterations).classes;
  }

  Tensor log_relations(const Params& meta, const Tensor& classes,
                       const Tensor& query) const override {
    return log_relations_of(meta, classes, query);
  }

  Adapted learned(const Network& model, const Params& meta, const Record& record,
                  const Context& context) const override {
    Adapted adapted = RelationMethod::learned(model, meta, record, context);
    for (const char* spent : {"head.weight", "head.bias"}) adapted.params.erase(spent);
    return adapted;
  }

 private:
  Options options_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<Induction>(options);
}

}  // namespace inkling::induction
