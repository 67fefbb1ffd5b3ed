#include "inkling/methods/meta_sgd/meta_sgd.h"

#include "inkling/base/error.h"
#include "inkling/methods/fitting.h"
#include "inkling/methods/learned_rates.h"
#include "inkling/methods/meta_sgd/forward_rates.h"

namespace inkling::meta_sgd {
namespace {

class MetaSgd : public FittingMethod {
 public:
  explicit MetaSgd(const Options& options)
      : FittingMethod(options, adapt_named(options.adapt), order(options)), options_(options) {
    if (forward() && options.granularity != "tensor") {
      throw Error(ErrorKind::usage, "forward mode has a tangent a rate: one a weight are too many",
                  {"", 0, "estimator"}, "use --granularity tensor");
    }
    if (forward() && options.checkpoints > 0) {
      throw Error(ErrorKind::usage, "forward mode keeps no states that checkpoints could be of",
                  {"", 0, "checkpoints"}, "leave out --checkpoints, or use --estimator reverse");
    }
  }

  Params init(const Network& model, Key key) const override {
    const RateOf of = options_.granularity == "tensor" ? RateOf::tensor : RateOf::element;
    return with_initial_rates(model, model.init(key), inner().adapt, of,
                              options_.inner_learning_rate, 1);
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

  MetaGradient meta_gradient(const Network& model, const Params& meta, const Record& record,
                             const Context& context) const override {
    if (!forward()) return FittingMethod::meta_gradient(model, meta, record, context);
    return forward_gradient(model, meta, record, adjusted(meta, context), inner().adapt,
                            inner().transform, inner_steps());
  }

 protected:
  Context adjusted(const Params& meta, const Context& context) const override {
    return with_learned_rates(meta, context);
  }

 private:
  bool forward() const { return options_.estimator == "forward"; }
  /// Of the initialisation's gradient.
  static InnerOptions::Outer order(const Options& options) {
    return options.estimator == "forward" ? InnerOptions::Outer::first_order : order_of(options);
  }

  Options options_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<MetaSgd>(options);
}

}  // namespace inkling::meta_sgd
