#include "inkling/methods/svm/svm.h"

#include <cmath>

#include "inkling/methods/linear_rule.h"
#include "inkling/methods/parts.h"
#include "inkling/methods/ridge_solve.h"
#include "inkling/methods/support.h"
#include "inkling/methods/svm/solver.h"

namespace inkling::svm {
namespace {

constexpr const char* kScale = "svm.log_scale";

class Svm : public Method {
 public:
  explicit Svm(const Options& options) : options_(options) {
    traits_.closed_form = true;
    traits_.second_order = true;
    traits_.class_equivariant = true;
  }

  const Traits& traits() const override { return traits_; }

  /// The encoder and the scale: the machine is the head.
  Params init(const Network& model, Key key) const override {
    Params made = encoder_part(model.init(key));
    made.set(kScale, at::scalar_tensor(std::log(options_.logit_scale), number_options(made)));
    return made;
  }

  Hyper hyper(at::ScalarType dtype) const override {
    return {{"penalty", at::scalar_tensor(options_.penalty, at::TensorOptions().dtype(dtype))}};
  }

  Tensor meta_loss(const Network& model, const Params& meta, const Record& record,
                   const Context& context) const override {
    return model.loss(scores(model, meta, record, context), record.query_targets, context);
  }

  std::vector<Tensor> curve(const Network& model, const Params& meta, const Record& record,
                            const Context& context) const override {
    const torch::autograd::AutoGradMode off(false);
    return {scores(model, meta, record, context)};
  }

  Adapted adapt(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    const torch::autograd::AutoGradMode off(false);
    return adapted_rule(meta, rule(model, meta, record, context));
  }

 private:
  static LinearRule rule(const Network& model, const Params& meta, const Record& record,
                         const Context& context) {
    check_every_class(kInfo.name, record);
    const Tensor x = model.encode(meta, record.support, context);
    const Tensor found =
        weights(x, regression_targets(record.support_targets, record.classes, x.scalar_type()),
                context.hyper.at("penalty"));
    return {meta.at(kScale).exp() * found, at::zeros({x.size(0), record.classes}, x.options())};
  }

  static Tensor scores(const Network& model, const Params& meta, const Record& record,
                       const Context& context) {
    return rule_scores(rule(model, meta, record, context), model, meta, record.query, context);
  }

  Options options_;
  Traits traits_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<Svm>(options);
}

}  // namespace inkling::svm
