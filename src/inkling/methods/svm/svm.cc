#include "inkling/methods/svm/svm.h"

#include <cmath>

#include "inkling/methods/linear_rule.h"
#include "inkling/methods/parts.h"
#include "inkling/methods/ridge_solve.h"
#include "inkling/methods/svm/solver.h"

namespace inkling::svm {
namespace {

constexpr const char* kScale = "svm.log_scale";

class Svm : public LinearRuleMethod {
 public:
  explicit Svm(const Options& options) : LinearRuleMethod(kInfo.name), options_(options) {}

  /// The encoder and the scale: the machine is the head.
  Params init(const Network& model, Key key) const override {
    Params made = ClosedFormMethod::init(model, key);
    made.set(kScale, at::scalar_tensor(std::log(options_.logit_scale), number_options(made)));
    return made;
  }

  Hyper hyper(at::ScalarType dtype) const override {
    const auto options = at::TensorOptions().dtype(dtype);
    return {{"penalty", at::scalar_tensor(options_.penalty, options)},
            {"logit_scale", at::scalar_tensor(options_.logit_scale, options)}};
  }
  Params started(const Params& first, const Hyper& hyper) const override {
    return with_logs(first, hyper, {{"logit_scale", kScale}});
  }

 protected:
  LinearRule rule(const Network& model, const Params& meta, const Record& record,
                  const Context& context) const override {
    const Tensor x = model.encode(meta, record.support, context);
    const Tensor found =
        weights(x, regression_targets(record.support_targets, record.classes, x.scalar_type()),
                context.hyper.at("penalty"));
    return {meta.at(kScale).exp() * found, at::zeros({x.size(0), record.classes}, x.options())};
  }

 private:
  Options options_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<Svm>(options);
}

}  // namespace inkling::svm
