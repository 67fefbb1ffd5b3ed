#include "inkling/methods/reweight/reweight.h"

#include "inkling/methods/supervised/supervised.h"
#include "inkling/tensor/jacobian_products.h"

namespace inkling::reweight {
namespace {

/// Stream of the random choices on the clean examples.
constexpr std::uint64_t kClean = 0x636c65616e;

Tensor scores_of(const Network& model, const Params& params, const Batch& batch,
                 const Context& context) {
  return model.score(params, model.encode(params, batch, context), context);
}

/// Of each example of the query, as if it were an episode. @return [E, U]
Tensor query_losses(const Network& model, const Params& params, const Record& record,
                    const Context& context) {
  const Tensor scores = scores_of(model, params, record.query, context);
  const std::int64_t episodes = record.query.episodes;
  const std::int64_t units = record.query.units;
  const auto alone = [&](const Tensor& targets) {
    return targets.defined() ? targets.flatten(0, 1).unsqueeze(1) : targets;
  };
  const Targets& of = record.query_targets;
  const Targets targets = {alone(of.classes),  alone(of.values),  alone(of.shares),
                           alone(of.labelled), alone(of.weights), of.temperature};
  return model.loss(alone(scores), targets, context).reshape({episodes, units});
}

class Reweight : public Method {
 public:
  explicit Reweight(const Options& options)
      : tuning_(supervised::make(options)), traits_(tuning_->traits()) {
    traits_.clean = options.clean_batch;
  }

  const Traits& traits() const override { return traits_; }
  Hyper hyper(at::ScalarType dtype) const override { return tuning_->hyper(dtype); }

  Tensor meta_loss(const Network& model, const Params& meta, const Record& record,
                   const Context& context) const override {
    const Tensor weights = example_weights(model, meta, record, context);
    return (weights * query_losses(model, meta, record, context)).sum(1);
  }

  std::vector<Tensor> curve(const Network& model, const Params& meta, const Record& record,
                            const Context& context) const override {
    return tuning_->curve(model, meta, record, context);
  }
  Tensor answer(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    return tuning_->answer(model, meta, record, context);
  }
  Adapted adapt(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    return tuning_->adapt(model, meta, record, context);
  }

 private:
  std::unique_ptr<Method> tuning_;
  Traits traits_;
};

}  // namespace

Tensor example_weights(const Network& model, const Params& meta, const Record& record,
                       const Context& context) {
  const torch::autograd::AutoGradMode on(true);
  const Params params = meta.map([&](const std::string& name, const Tensor& value) {
    return model.trainable(name) ? leaf(value) : value.detach();
  });
  const std::vector<Tensor> inputs =
      params.where([&](const std::string& name) { return model.trainable(name); }).tensors();
  const Tensor losses = query_losses(model, params, record, context);
  if (record.support.units == 0) {
    return at::full_like(losses.detach(), 1 / static_cast<double>(losses.size(1)));
  }
  Context of_clean = context;
  of_clean.key = context.key.fold(kClean);
  const Tensor clean = model.loss(scores_of(model, params, record.support, of_clean),
                                  record.support_targets, of_clean);
  std::vector<Tensors> of_clean_losses;
  for (std::int64_t e = 0; e < clean.size(0); ++e) {
    of_clean_losses.push_back(torch::autograd::grad({clean[e]}, inputs, {}, true, false, true));
  }
  const auto changes = jacobian_products({losses}, inputs, of_clean_losses);
  Tensors helps;
  for (std::int64_t e = 0; e < clean.size(0); ++e) {
    const Tensor& change = changes[static_cast<std::size_t>(e)].front();
    helps.push_back(change.defined() ? change[e].clamp_min(0) : at::zeros_like(losses[e].detach()));
  }
  const Tensor all = at::stack(helps);
  const Tensor sum = all.sum(1, true);
  return at::where(sum == 0, 0, all / sum);
}

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<Reweight>(options);
}

}  // namespace inkling::reweight
