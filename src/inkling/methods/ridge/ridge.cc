#include "inkling/methods/ridge/ridge.h"

#include <cmath>

#include "inkling/methods/linear_rule.h"
#include "inkling/methods/parts.h"
#include "inkling/methods/ridge_solve.h"

namespace inkling::ridge {
namespace {

constexpr const char* kLambda = "ridge.log_lambda";
constexpr const char* kScale = "ridge.log_scale";
constexpr const char* kBias = "ridge.bias";

class Ridge : public LinearRuleMethod {
 public:
  explicit Ridge(const Options& options)
      : LinearRuleMethod(kInfo.name, {.regression = true}), options_(options) {}

  /// The encoder and the three numbers of the rule.
  Params init(const Network& model, Key key) const override {
    Params made = ClosedFormMethod::init(model, key);
    const auto options = number_options(made);
    if (options_.lambda > 0) {
      made.set(kLambda, at::scalar_tensor(std::log(options_.lambda), options));
    }
    made.set(kScale, at::scalar_tensor(std::log(options_.logit_scale), options));
    made.set(kBias, at::scalar_tensor(0, options));
    return made;
  }

  /// Where the rule's numbers begin.
  Hyper hyper(at::ScalarType dtype) const override {
    const auto options = at::TensorOptions().dtype(dtype);
    Hyper all = {{"logit_scale", at::scalar_tensor(options_.logit_scale, options)}};
    if (options_.lambda > 0) all.set("lambda", at::scalar_tensor(options_.lambda, options));
    return all;
  }
  Params started(const Params& first, const Hyper& hyper) const override {
    return with_logs(first, hyper, {{"lambda", kLambda}, {"logit_scale", kScale}});
  }

 protected:
  LinearRule rule(const Network& model, const Params& meta, const Record& record,
                  const Context& context) const override {
    Tensor x = model.encode(meta, record.support, context);
    const std::int64_t features = x.size(2);
    if (options_.intercept) x = at::constant_pad_nd(x, {0, 1}, 1);
    const Tensor* log_lambda = meta.find(kLambda);
    const Tensor weights = ridge_weights(
        x, regression_targets(record.support_targets, record.classes, x.scalar_type()),
        log_lambda != nullptr ? log_lambda->exp() : at::zeros({}, x.options()));
    const Tensor scaled = meta.at(kScale).exp() * weights;
    Tensor bias = meta.at(kBias).expand({x.size(0), weights.size(2)});
    if (options_.intercept) bias = bias + scaled.select(1, features);
    return {scaled.narrow(1, 0, features), bias};
  }

 private:
  Options options_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<Ridge>(options);
}

}  // namespace inkling::ridge
