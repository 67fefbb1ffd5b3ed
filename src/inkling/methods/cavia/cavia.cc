#include "inkling/methods/cavia/cavia.h"

#include <cmath>

#include "inkling/methods/cavia/head.h"
#include "inkling/methods/fitting.h"
#include "inkling/methods/parts.h"
#include "inkling/methods/relations.h"

namespace inkling::cavia {
namespace {

constexpr const char* kContext = "head.context";

/// A model whose features a context modulates, of which nothing but the context can be trained. As
/// it belongs to the head, an inner loop of the head computes the features once.
class Modulated : public Network {
 public:
  explicit Modulated(const Network& model) : model_(model) {}
  Params init(Key key) const override { return model_.init(key); }
  Tensor encode(const Params& params, const Batch& batch, const Context& context) const override {
    return model_.encode(params, batch, context);
  }
  Tensor score(const Params& params, const Tensor& features,
               const Context& context) const override {
    return model_.score(params, modulated(params, features), context);
  }
  Tensor loss(const Tensor& scores, const Targets& targets, const Context& context) const override {
    return model_.loss(scores, targets, context);
  }
  Params init_head(Key key, std::int64_t outputs) const override {
    return model_.init_head(key, outputs);
  }
  std::int64_t features() const override { return model_.features(); }
  std::string table() const override { return model_.table(); }
  bool trainable(const std::string& name) const override { return name == kContext; }

 private:
  const Network& model_;
};

class Cavia : public FittingMethod {
 public:
  explicit Cavia(const Options& options)
      : FittingMethod(options, Adapt::head, order_of(options)), options_(options) {}

  Params init(const Network& model, Key key) const override {
    Params meta = model.init(key);
    const at::TensorOptions options = number_options(meta);
    const double limit = 1 / std::sqrt(static_cast<double>(options_.context));
    const std::vector<std::int64_t> shape = {options_.context, features_of(model)};
    meta.set("cavia.gain", uniform(key.fold(2), shape, -limit, limit, options));
    meta.set("cavia.shift", uniform(key.fold(3), shape, -limit, limit, options));
    return meta;
  }

  InnerRates inner_rates(const Network&, const std::vector<std::string>&) const override {
    return {inner_steps(), {kContext}};
  }

  Tensor meta_loss(const Network& model, const Params& meta, const Record& record,
                   const Context& context) const override {
    return FittingMethod::meta_loss(Modulated(model), start(meta), record, context);
  }
  std::vector<Tensor> curve(const Network& model, const Params& meta, const Record& record,
                            const Context& context) const override {
    return FittingMethod::curve(Modulated(model), start(meta), record, context);
  }
  Tensor answer(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    return FittingMethod::answer(Modulated(model), start(meta), record, context);
  }
  Adapted adapt(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    Adapted adapted = FittingMethod::adapt(Modulated(model), start(meta), record, context);
    adapted.head = kInfo.name;
    return adapted;
  }

 private:
  /// The parameters of Modulated, the context at zero.
  static Params start(const Params& meta) {
    const Tensor& gain = meta.at("cavia.gain");
    Params params = meta;
    params.set("head.gain", gain);
    params.set("head.shift", meta.at("cavia.shift"));
    params.set(kContext, at::zeros({gain.size(0)}, gain.options().requires_grad(false)));
    return params;
  }

  Options options_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<Cavia>(options);
}

}  // namespace inkling::cavia
