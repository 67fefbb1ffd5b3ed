#include "inkling/methods/matching/matching.h"

#include <cmath>

#include "inkling/methods/closed_form.h"
#include "inkling/methods/matching/head.h"
#include "inkling/methods/parts.h"

namespace inkling::matching {
namespace {

class Matching : public ClosedFormMethod {
 public:
  explicit Matching(const Options& options) : ClosedFormMethod(kInfo.name), options_(options) {}

  /// The encoder and, where it is learned, the logarithm of the scale: so it stays positive.
  Params init(const Network& model, Key key) const override {
    Params meta = ClosedFormMethod::init(model, key);
    if (options_.learn_scale) {
      meta.set("head.log_scale",
               at::scalar_tensor(std::log(options_.logit_scale), number_options(meta)));
    }
    return meta;
  }

  Hyper hyper(at::ScalarType dtype) const override {
    return {
        {"logit_scale", at::scalar_tensor(options_.logit_scale, at::TensorOptions().dtype(dtype))}};
  }
  Params started(const Params& first, const Hyper& hyper) const override {
    return with_logs(first, hyper, {{"logit_scale", "head.log_scale"}});
  }

 protected:
  Tensor scores(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    const Tensor support = model.encode(meta, record.support, context);
    return log_attention(
        query_features(model, meta, record.query, context), support,
        members(record.support_targets.classes, record.classes, support.scalar_type()),
        scale(meta, context));
  }

  Adapted learned(const Network& model, const Params& meta, const Record& record,
                  const Context& context) const override {
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
    return options_.learn_scale ? meta.at("head.log_scale").exp() : context.hyper.at("logit_scale");
  }

  Options options_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<Matching>(options);
}

}  // namespace inkling::matching
