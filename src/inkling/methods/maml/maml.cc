#include "inkling/methods/maml/maml.h"

#include "inkling/methods/fitting.h"

namespace inkling::maml {
namespace {

class Maml : public Method {
 public:
  explicit Maml(const Options& options) : options_(options) {
    traits_.inner_loop = true;
    traits_.second_order = !options.first_order;
    traits_.zero_shot = true;
    inner_.transform = transform_named(options.inner_optimiser);
    if (options.inner_clip > 0) {
      inner_.transform = chain({clip(options.inner_clip, /*per_episode=*/true), inner_.transform});
    }
    inner_.adapt = options.adapt == "head"   ? Adapt::head
                   : options.adapt == "body" ? Adapt::body
                                             : Adapt::all;
    inner_.outer =
        options.first_order ? InnerOptions::Outer::first_order : InnerOptions::Outer::second_order;
  }

  const Traits& traits() const override { return traits_; }

  Hyper hyper(at::ScalarType dtype) const override {
    const auto options = at::TensorOptions().dtype(dtype);
    return {{"learning_rate", at::scalar_tensor(options_.inner_learning_rate, options)},
            {"momentum", at::scalar_tensor(options_.inner_momentum, options)}};
  }

  Tensor meta_loss(const Network& model, const Params& meta, const Record& record,
                   const Context& context) const override {
    InnerLoop loop = fitted(model, meta, record, context, inner_, options_.inner_steps);
    return model.loss(loop.scores(record.query), record.query_targets, context);
  }

  std::vector<Tensor> curve(const Network& model, const Params& meta, const Record& record,
                            const Context& context) const override {
    return fitting_curve(model, meta, record, context, inner_, test_steps());
  }

  Tensor answer(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    return fitting_answer(model, meta, record, context, inner_, test_steps());
  }

  Adapted adapt(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    return fit(model, meta, record, context, inner_, test_steps());
  }

 private:
  std::int64_t test_steps() const {
    return options_.test_steps < 0 ? options_.inner_steps : options_.test_steps;
  }

  Options options_;
  Traits traits_;
  InnerOptions inner_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<Maml>(options);
}

}  // namespace inkling::maml
