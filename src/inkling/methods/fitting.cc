#include "inkling/methods/fitting.h"

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {

InnerLoop fitted(const Network& model, const Params& meta, const Record& record,
                 const Context& context, const InnerOptions& options, std::int64_t steps) {
  InnerLoop loop(model, meta, record.support, record.support_targets, context, options);
  if (record.support.units == 0) return loop;
  loop.prepare(record.query);
  loop.advance(steps);
  return loop;
}

std::vector<Tensor> fitting_curve(const Network& model, const Params& meta, const Record& record,
                                  const Context& context, InnerOptions options,
                                  std::int64_t steps) {
  options.outer = InnerOptions::Outer::none;
  InnerLoop loop = fitted(model, meta, record, context, options, 0);
  std::vector<Tensor> curve = {loop.scores(record.query).detach()};
  for (std::int64_t i = 0; i < steps && record.support.units > 0; ++i) {
    loop.step();
    curve.push_back(loop.scores(record.query).detach());
  }
  return curve;
}

Tensor fitting_answer(const Network& model, const Params& meta, const Record& record,
                      const Context& context, InnerOptions options, std::int64_t steps) {
  options.outer = InnerOptions::Outer::none;
  return fitted(model, meta, record, context, options, steps).scores(record.query).detach();
}

Adapted fit(const Network& model, const Params& meta, const Record& record, const Context& context,
            InnerOptions options, std::int64_t steps) {
  options.outer = InnerOptions::Outer::none;
  const Params weights = fitted(model, meta, record, context, options, steps).weights();
  Adapted adapted;
  adapted.head = "linear";
  for (const auto& [name, value] : weights) {
    const Tensor& start = meta.at(name);
    const Tensor one = (value.dim() > start.dim() ? value[0] : value).detach();
    if (!one.isfinite().all().item<bool>()) {
      throw Error(ErrorKind::numeric, cat("adapting gave no finite ", name), {},
                  "use a smaller --inner-learning-rate or fewer --inner-steps");
    }
    adapted.params.set(name, one);
  }
  return adapted;
}

FittingMethod::FittingMethod(const FittingOptions& options, Adapt adapt, InnerOptions::Outer outer)
    : options_(options) {
  inner_.transform = transform_named(options.inner_optimiser);
  if (options.inner_clip > 0) {
    inner_.transform = chain({clip(options.inner_clip, /*per_episode=*/true), inner_.transform});
  }
  inner_.adapt = adapt;
  inner_.outer = outer;
  inner_.checkpoints = options.checkpoints;
  traits_.inner_loop = true;
  traits_.second_order = outer == InnerOptions::Outer::second_order;
  traits_.zero_shot = true;
  traits_.regression = true;
}

Hyper FittingMethod::hyper(at::ScalarType dtype) const {
  const auto options = at::TensorOptions().dtype(dtype);
  Hyper all = {{"learning_rate", at::scalar_tensor(options_.inner_learning_rate, options)}};
  if (options_.inner_optimiser == "momentum") {
    all.set("momentum", at::scalar_tensor(options_.inner_momentum, options));
  }
  return all;
}

Method::InnerRates FittingMethod::inner_rates(const Network& model,
                                              const std::vector<std::string>& names) const {
  InnerRates rates{options_.inner_steps, {}};
  for (const std::string& name : names) {
    const bool own = of_encoder(name) || of_head(name);
    if (own && adapts(model, inner_.adapt, name)) rates.layers.push_back(name);
  }
  return rates;
}

Context FittingMethod::adjusted(const Params&, const Context& context) const {
  return context;
}

Tensor FittingMethod::meta_loss(const Network& model, const Params& meta, const Record& record,
                                const Context& context) const {
  InnerLoop loop =
      fitted(model, meta, record, adjusted(meta, context), inner_, options_.inner_steps);
  return loop.loss(record.query, record.query_targets);
}

std::vector<Tensor> FittingMethod::curve(const Network& model, const Params& meta,
                                         const Record& record, const Context& context) const {
  return fitting_curve(model, meta, record, adjusted(meta, context), inner_, test_steps());
}

Tensor FittingMethod::answer(const Network& model, const Params& meta, const Record& record,
                             const Context& context) const {
  return fitting_answer(model, meta, record, adjusted(meta, context), inner_, test_steps());
}

Adapted FittingMethod::adapt(const Network& model, const Params& meta, const Record& record,
                             const Context& context) const {
  return fit(model, meta, record, adjusted(meta, context), inner_, test_steps());
}

std::int64_t FittingMethod::test_steps() const {
  return options_.test_steps < 0 ? options_.inner_steps : options_.test_steps;
}

Adapt adapt_named(const std::string& name) {
  if (name == "all") return Adapt::all;
  if (name == "head") return Adapt::head;
  if (name == "body") return Adapt::body;
  throw Error(ErrorKind::usage, cat("unknown part to adapt '", name, "'"), {"", 0, "adapt"},
              "there are: all, head, body");
}

InnerOptions::Outer order_of(const FirstOrderOption& option) {
  return option.first_order ? InnerOptions::Outer::first_order : InnerOptions::Outer::second_order;
}

}  // namespace inkling
