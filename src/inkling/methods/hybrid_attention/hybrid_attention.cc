#include "inkling/methods/hybrid_attention/hybrid_attention.h"

#include <cmath>

#include "inkling/methods/closed_form.h"
#include "inkling/methods/hybrid_attention/head.h"
#include "inkling/methods/parts.h"

namespace inkling::hybrid_attention {
namespace {

constexpr const char* kInstance = "head.instance";
constexpr const char* kIn = "head.feature.in";
constexpr const char* kInBias = "head.feature.in_bias";
constexpr const char* kOut = "head.feature.out";
constexpr const char* kOutBias = "head.feature.out_bias";

class HybridAttention : public ClosedFormMethod {
 public:
  explicit HybridAttention(const Options& options)
      : ClosedFormMethod(kInfo.name), options_(options) {}

  /// The weights of features begin as one: plain prototypes.
  Params init(const Network& model, Key key) const override {
    Params meta = ClosedFormMethod::init(model, key);
    const auto options = number_options(meta);
    const std::int64_t features = model.features();
    const std::int64_t channels = options_.channels;
    const auto drawn = [&](std::uint64_t stream, at::IntArrayRef shape, std::int64_t inputs) {
      const double limit = 1 / std::sqrt(static_cast<double>(inputs));
      return uniform(key.fold(stream), shape, -limit, limit, options);
    };
    meta.set(kInstance, drawn(2, {features, features}, features));
    meta.set(kIn, drawn(3, {channels}, 1));
    meta.set(kInBias, at::zeros({channels}, options));
    meta.set(kOut, at::zeros({channels}, options));
    meta.set(kOutBias, at::ones({1}, options));
    return meta;
  }

  Hyper hyper(at::ScalarType dtype) const override {
    return {
        {"logit_scale", at::scalar_tensor(options_.logit_scale, at::TensorOptions().dtype(dtype))}};
  }

 protected:
  Tensor scores(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    const Tensor queries = query_features(model, meta, record.query, context);
    return context.hyper.at("logit_scale") *
           attended_scores(queries, support_of(model, meta, record, context), meta.at(kInstance));
  }

  Adapted learned(const Network& model, const Params& meta, const Record& record,
                  const Context& context) const override {
    const Support support = support_of(model, meta, record, context);
    Adapted adapted;
    adapted.params = encoder_part(meta);
    adapted.params.set(kInstance, meta.at(kInstance));
    adapted.params.set("head.support", support.features[0]);
    adapted.params.set("head.member", support.member[0]);
    adapted.params.set("head.weights", support.weights[0]);
    adapted.head = "hybrid_attention";
    adapted.scale = context.hyper.at("logit_scale").item<double>();
    return adapted;
  }

 private:
  static Support support_of(const Network& model, const Params& meta, const Record& record,
                            const Context& context) {
    Support support;
    support.features = model.encode(meta, record.support, context);
    support.member =
        members(record.support_targets.classes, record.classes, support.features.scalar_type());
    support.weights = weights_of(meta, support);
    return support;
  }

  /// Of each class and feature: relu(sum of v . relu(u x + b) over the class's examples, their
  /// mean,
  /// + c). @return [E, C, H]
  static Tensor weights_of(const Params& meta, const Support& support) {
    const Tensor inside =
        (support.features.unsqueeze(-1) * meta.at(kIn) + meta.at(kInBias)).relu();  // [E, S, H, D]
    const Tensor of_example = at::matmul(inside, meta.at(kOut));                    // [E, S, H]
    const Tensor sums = at::matmul(support.member.transpose(1, 2), of_example);
    const Tensor sizes = support.member.sum(1).clamp_min(1).unsqueeze(-1);
    return (sums / sizes + meta.at(kOutBias)).relu();
  }

  Options options_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<HybridAttention>(options);
}

}  // namespace inkling::hybrid_attention
