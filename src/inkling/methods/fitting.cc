#include "inkling/methods/fitting.h"

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {

InnerLoop fitted(const Network& model, const Params& meta, const Record& record,
                 const Context& context, const InnerOptions& options, std::int64_t steps) {
  InnerLoop loop(model, meta, record.support, record.support_targets, context, options);
  if (record.support.units == 0) return loop;
  for (std::int64_t i = 0; i < steps; ++i) loop.step();
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

}  // namespace inkling
