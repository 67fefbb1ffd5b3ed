#include "inkling/methods/meta_sgd/meta_sgd.h"

#include "inkling/methods/fitting.h"
#include "inkling/methods/learned_rates.h"

namespace inkling::meta_sgd {
namespace {

class MetaSgd : public FittingMethod {
 public:
  explicit MetaSgd(const Options& options)
      : FittingMethod(options, adapt_named(options.adapt), order_of(options)), options_(options) {}

  Params init(const Network& model, Key key) const override {
    const RateOf of = options_.granularity == "tensor" ? RateOf::tensor : RateOf::element;
    return with_initial_rates(model, model.init(key), inner().adapt, of,
                              options_.inner_learning_rate, 1);
  }

 protected:
  Context adjusted(const Params& meta, const Context& context) const override {
    return with_learned_rates(meta, context);
  }

 private:
  Options options_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<MetaSgd>(options);
}

}  // namespace inkling::meta_sgd
