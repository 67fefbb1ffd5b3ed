#include "inkling/methods/mamlpp/mamlpp.h"

#include <algorithm>

#include "inkling/methods/fitting.h"
#include "inkling/methods/learned_rates.h"

namespace inkling::mamlpp {
namespace {

class MamlPlusPlus : public FittingMethod {
 public:
  explicit MamlPlusPlus(const Options& options)
      : FittingMethod(options, adapt_named(options.adapt),
                      options.first_order_share < 1 ? InnerOptions::Outer::second_order
                                                    : InnerOptions::Outer::first_order),
        options_(options) {
    // Of first order all along, the order does not change.
    const bool order_changes = options.first_order_share > 0 && options.first_order_share < 1;
    if (options.multi_step_share > 0 || order_changes) declare_annealing();
  }

  Params init(const Network& model, Key key) const override {
    return with_initial_rates(model, model.init(key), inner().adapt, RateOf::step,
                              options_.inner_learning_rate,
                              std::max<std::int64_t>(1, inner_steps()));
  }

  Params started(const Params& first, const Hyper& hyper) const override {
    return with_rates_from(first, hyper);
  }
  InnerRates inner_rates(const Network&, const std::vector<std::string>&) const override {
    return {};
  }

  double speed(const std::string& name) const override {
    return is_rate(name) ? options_.rate_speed : 1;
  }

  Tensor meta_loss(const Network& model, const Params& meta, const Record& record,
                   const Context& given) const override {
    const Context context = adjusted(meta, given);
    InnerOptions options = inner();
    if (context.progress < options_.first_order_share) {
      options.outer = InnerOptions::Outer::first_order;
    }
    InnerLoop loop = fitted(model, meta, record, context, options, 0);
    const auto loss = [&] { return loop.loss(record.query, record.query_targets); };
    if (record.support.units == 0 || inner_steps() == 0) return loss();
    Tensor total;
    for (const double weight : weights(context.progress)) {
      loop.step();
      if (weight == 0) continue;
      const Tensor part = weight * loss();
      total = total.defined() ? total + part : part;
    }
    return total;
  }

 protected:
  Context adjusted(const Params& meta, const Context& context) const override {
    return with_learned_rates(meta, context);
  }

 private:
  std::vector<double> weights(double progress) const {
    if (options_.multi_step_share > 0) {
      return step_weights(inner_steps(), std::min(1.0, progress / options_.multi_step_share));
    }
    std::vector<double> last(static_cast<std::size_t>(inner_steps()), 0);
    last.back() = 1;
    return last;
  }

  Options options_;
};

}  // namespace

std::vector<double> step_weights(std::int64_t steps, double annealed) {
  const auto n = static_cast<double>(steps);
  const double least = .03 / n;
  std::vector<double> weights(static_cast<std::size_t>(steps), std::max((1 - annealed) / n, least));
  weights.back() = std::min((1 + annealed * (n - 1)) / n, 1 - (n - 1) * least);
  return weights;
}

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<MamlPlusPlus>(options);
}

}  // namespace inkling::mamlpp
