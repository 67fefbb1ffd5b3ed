#include "inkling/methods/protonet/protonet.h"

#include "inkling/methods/closed_form.h"
#include "inkling/methods/prototypes.h"

namespace inkling::protonet {
namespace {

class ProtoNet : public ClosedFormMethod {
 public:
  explicit ProtoNet(const Options& options) : ClosedFormMethod(kInfo.name), options_(options) {}

  Hyper hyper(at::ScalarType dtype) const override {
    return {
        {"logit_scale", at::scalar_tensor(options_.logit_scale, at::TensorOptions().dtype(dtype))}};
  }

 protected:
  Tensor scores(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    const Tensor points = prototypes(model, meta, record, context);
    const Tensor features = query_features(model, meta, record.query, context);
    const Tensor near = options_.distance == "cosine" ? cosine_scores(features, points)
                                                      : euclidean_scores(features, points);
    return context.hyper.at("logit_scale") * near;
  }

  Adapted learned(const Network& model, const Params& meta, const Record& record,
                  const Context& context) const override {
    Adapted adapted;
    adapted.params = meta;
    adapted.params.set("head.prototypes", prototypes(model, meta, record, context)[0]);
    adapted.head = options_.distance;
    adapted.scale = context.hyper.at("logit_scale").item<double>();
    return adapted;
  }

 private:
  static Tensor prototypes(const Network& model, const Params& meta, const Record& record,
                           const Context& context) {
    return class_means(model.encode(meta, record.support, context), record.support_targets.classes,
                       record.classes);
  }

  Options options_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<ProtoNet>(options);
}

}  // namespace inkling::protonet
