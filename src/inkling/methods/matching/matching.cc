#include "inkling/methods/matching/matching.h"

#include <cmath>

#include "inkling/methods/matching/head.h"
#include "inkling/methods/parts.h"
#include "inkling/methods/prototypes.h"
#include "inkling/methods/support.h"

namespace inkling::matching {
namespace {

class Matching : public Method {
 public:
  explicit Matching(const Options& options) : options_(options) {
    traits_.closed_form = true;
    traits_.second_order = true;
    traits_.class_equivariant = true;
  }

  const Traits& traits() const override { return traits_; }

  /// The encoder and, where it is learned, the logarithm of the scale: so it stays positive.
  Params init(const Network& model, Key key) const override {
    Params meta = encoder_part(model.init(key));
    if (options_.learn_scale) {
      meta.set("head.log_scale", at::scalar_tensor(std::log(options_.scale), number_options(meta)));
    }
    return meta;
  }

  Hyper hyper(at::ScalarType dtype) const override {
    if (options_.learn_scale) return {};
    return {{"scale", at::scalar_tensor(options_.scale, at::TensorOptions().dtype(dtype))}};
  }

  Tensor meta_loss(const Network& model, const Params& meta, const Record& record,
                   const Context& context) const override {
    return model.loss(scores(model, meta, record, context), record.query_targets, context);
  }

  std::vector<Tensor> curve(const Network& model, const Params& meta, const Record& record,
                            const Context& context) const override {
    const torch::autograd::AutoGradMode off(false);
    return {scores(model, meta, record, context)};
  }

  Adapted adapt(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    const torch::autograd::AutoGradMode off(false);
    check_every_class(kInfo.name, record);
    const Tensor support = model.encode(meta, record.support, context);
    Adapted adapted;
    adapted.params = encoder_part(meta);
    adapted.params.set("head.support", support[0]);
    adapted.params.set("head.member", members(record.support_targets.classes, record.classes,
                                              support.scalar_type())[0]);
    adapted.head = kInfo.name;
    adapted.scale = scale(meta, context).item<double>();
    return adapted;
  }

 private:
  Tensor scale(const Params& meta, const Context& context) const {
    return options_.learn_scale ? meta.at("head.log_scale").exp() : context.hyper.at("scale");
  }

  Tensor scores(const Network& model, const Params& meta, const Record& record,
                const Context& context) const {
    check_every_class(kInfo.name, record);
    const Tensor support = model.encode(meta, record.support, context);
    Context of_query = context;
    of_query.key = context.key.fold(1);
    return log_attention(
        model.encode(meta, record.query, of_query), support,
        members(record.support_targets.classes, record.classes, support.scalar_type()),
        scale(meta, context));
  }

  Options options_;
  Traits traits_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<Matching>(options);
}

}  // namespace inkling::matching
