#include "inkling/methods/supervised/supervised.h"

#include "inkling/methods/fitting.h"

namespace inkling::supervised {
namespace {

class Supervised : public Method {
 public:
  explicit Supervised(const Options& options) : options_(options) {
    traits_.inner_loop = true;
    traits_.zero_shot = true;
    traits_.regression = true;
    traits_.episodic = false;
    inner_.transform = transform_named(options.tune_optimiser);
    inner_.adapt = adapt_named(options.adapt);
  }

  const Traits& traits() const override { return traits_; }

  Hyper hyper(at::ScalarType dtype) const override {
    const auto options = at::TensorOptions().dtype(dtype);
    return {{"learning_rate", at::scalar_tensor(options_.tune_learning_rate, options)},
            {"momentum", at::scalar_tensor(0.9, options)}};
  }

  /// Of the query as it is: training does not see a support.
  Tensor meta_loss(const Network& model, const Params& meta, const Record& record,
                   const Context& context) const override {
    const Tensor scores = model.score(meta, model.encode(meta, record.query, context), context);
    return model.loss(scores, record.query_targets, context);
  }

  std::vector<Tensor> curve(const Network& model, const Params& meta, const Record& record,
                            const Context& context) const override {
    return fitting_curve(model, start(model, meta, record), record, context, inner_,
                         options_.tune_steps);
  }

  Tensor answer(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    return fitting_answer(model, start(model, meta, record), record, context, inner_,
                          options_.tune_steps);
  }

  Adapted adapt(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    return fit(model, start(model, meta, record), record, context, inner_, options_.tune_steps);
  }

 private:
  /// Meta parameters whose head fits the task: that of training, or zeros where training had other
  /// classes.
  static Params start(const Network& model, const Params& meta, const Record& record) {
    if (!record.new_classes) return meta;
    return meta.merged(model.init_head(Key{}, record.classes)
                           .map([&](const std::string& name, const Tensor& like) {
                             return at::zeros(like.sizes(), meta.at(name).options());
                           }));
  }

  Options options_;
  Traits traits_;
  InnerOptions inner_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<Supervised>(options);
}

}  // namespace inkling::supervised
