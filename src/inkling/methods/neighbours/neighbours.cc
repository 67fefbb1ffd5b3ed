#include "inkling/methods/neighbours/neighbours.h"

#include "inkling/methods/closed_form.h"
#include "inkling/methods/neighbours/head.h"
#include "inkling/methods/parts.h"
#include "inkling/methods/prototypes.h"

namespace inkling::neighbours {
namespace {

class Neighbours : public ClosedFormMethod {
 public:
  explicit Neighbours(const Options& options)
      : ClosedFormMethod(kInfo.name), options_(options), cosine_(options.distance == "cosine") {}

  Hyper hyper(at::ScalarType dtype) const override {
    return {
        {"logit_scale", at::scalar_tensor(options_.logit_scale, at::TensorOptions().dtype(dtype))}};
  }

 protected:
  Tensor scores(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    const Tensor support = model.encode(meta, record.support, context);
    const Tensor queries = query_features(model, meta, record.query, context);
    return context.hyper.at("logit_scale") *
           nearest_of_each(
               cosine_ ? cosine_scores(queries, support) : euclidean_scores(queries, support),
               member(record, support));
  }

  Adapted learned(const Network& model, const Params& meta, const Record& record,
                  const Context& context) const override {
    const Tensor support = model.encode(meta, record.support, context);
    Adapted adapted;
    adapted.params = encoder_part(meta);
    adapted.params.set("head.support", support[0]);
    adapted.params.set("head.member", member(record, support)[0]);
    if (cosine_) adapted.params.set("head.cosine", at::ones({}, support.options()));
    adapted.head = kInfo.name;
    adapted.scale = context.hyper.at("logit_scale").item<double>();
    return adapted;
  }

 private:
  static Tensor member(const Record& record, const Tensor& like) {
    return members(record.support_targets.classes, record.classes, like.scalar_type());
  }

  Options options_;
  bool cosine_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<Neighbours>(options);
}

}  // namespace inkling::neighbours
