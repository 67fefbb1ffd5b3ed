#include "inkling/methods/protonet/protonet.h"

#include "inkling/methods/parts.h"
#include "inkling/methods/prototypes.h"
#include "inkling/methods/support.h"

namespace inkling::protonet {
namespace {

class ProtoNet : public Method {
 public:
  explicit ProtoNet(const Options& options) : options_(options) {
    traits_.closed_form = true;
    traits_.second_order = true;
    traits_.class_equivariant = true;
  }

  const Traits& traits() const override { return traits_; }

  /// The encoder alone: prototypes are the head.
  Params init(const Network& model, Key key) const override {
    return encoder_part(model.init(key));
  }

  Hyper hyper(at::ScalarType dtype) const override {
    return {
        {"temperature", at::scalar_tensor(options_.temperature, at::TensorOptions().dtype(dtype))}};
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
    Adapted adapted;
    adapted.params = meta;
    adapted.params.set("head.prototypes", prototypes(model, meta, record, context)[0]);
    adapted.head = options_.distance;
    adapted.scale = 1 / context.hyper.at("temperature").item<double>();
    return adapted;
  }

 private:
  static Tensor prototypes(const Network& model, const Params& meta, const Record& record,
                           const Context& context) {
    return class_means(model.encode(meta, record.support, context), record.support_targets.classes,
                       record.classes);
  }

  Tensor scores(const Network& model, const Params& meta, const Record& record,
                const Context& context) const {
    check_every_class(kInfo.name, record);
    const Tensor points = prototypes(model, meta, record, context);
    Context of_query = context;
    of_query.key = context.key.fold(1);
    const Tensor features = model.encode(meta, record.query, of_query);
    const Tensor near = options_.distance == "cosine" ? cosine_scores(features, points)
                                                      : euclidean_scores(features, points);
    return near / context.hyper.at("temperature");
  }

  Options options_;
  Traits traits_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<ProtoNet>(options);
}

}  // namespace inkling::protonet
