#include "inkling/methods/signatures/signatures.h"

#include <cmath>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/methods/linear_rule.h"
#include "inkling/methods/parts.h"
#include "inkling/methods/ridge_solve.h"
#include "inkling/methods/signatures/attention.h"

namespace inkling::signatures {
namespace {

constexpr const char* kPrefix = "signatures.";
constexpr const char* kLambda = "signatures.log_lambda";
constexpr const char* kScale = "signatures.log_scale";
constexpr const char* kBias = "signatures.bias";

/// @throws Error usage, where the encoder does not weigh words
void check_weighs_words(const Network& model) {
  const LinearInput* input = model.linear_input();
  if (input != nullptr && input->weight() == model.table()) return;
  std::vector<std::string> able;
  for (const PluginEntry& entry : encoders_options()) {
    if (entry.info.traits.find("linear input") != std::string_view::npos) {
      able.emplace_back(entry.info.name);
    }
  }
  throw Error(ErrorKind::usage,
              "signatures weighs the words of a text, and this encoder has no weights for them",
              {"", 0, "encoder"}, cat("use --encoder ", join(able, " or ")));
}

class Signatures : public ClosedFormMethod {
 public:
  explicit Signatures(const Options& options)
      : ClosedFormMethod(kInfo.name, {.weighs_words = true}), options_(options) {}

  Params init(const Network& model, Key key) const override {
    check_weighs_words(model);
    Params made = ClosedFormMethod::init(model, key);
    const auto options = number_options(made);
    made = made.merged(attention_init(key.fold(kAttention), options_.hidden, kPrefix, options));
    made.set(kLambda, at::scalar_tensor(std::log(options_.lambda), options));
    made.set(kScale, at::scalar_tensor(std::log(options_.logit_scale), options));
    made.set(kBias, at::scalar_tensor(0, options));
    return made;
  }

  Hyper hyper(at::ScalarType dtype) const override {
    const auto options = at::TensorOptions().dtype(dtype);
    return {{"rarity", at::scalar_tensor(options_.rarity, options)},
            {"target_lambda", at::scalar_tensor(options_.target_lambda, options)},
            {"lambda", at::scalar_tensor(options_.lambda, options)},
            {"logit_scale", at::scalar_tensor(options_.logit_scale, options)}};
  }
  Params started(const Params& first, const Hyper& hyper) const override {
    return with_logs(first, hyper, {{"lambda", kLambda}, {"logit_scale", kScale}});
  }

 protected:
  Tensor scores(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    const Tensor target = target_of(model, meta, record, context);
    const LinearRule found = rule(model, meta, record, target, context);
    return rule_scores(
        found,
        query_features(model, meta, weighed(model, meta, record.query, target, context), context));
  }

  Adapted learned(const Network& model, const Params& meta, const Record& record,
                  const Context& context) const override {
    const Tensor target = target_of(model, meta, record, context);
    Adapted adapted = adapted_rule(meta, rule(model, meta, record, target, context));
    adapted.head = kInfo.name;
    for (const char* name : {"input", "recurrent", "gates", "attention"}) {
      adapted.params.set(cat("head.", name), meta.at(cat(kPrefix, name)));
    }
    adapted.params.set("head.target", target[0]);
    adapted.scale = context.hyper.at("rarity").item<double>();
    return adapted;
  }

 private:
  static constexpr std::uint64_t kAttention = 0x617474;

  /// The classifier of words: ridge regression on the support's plain means. @return [E, H, C]
  Tensor target_of(const Network& model, const Params& meta, const Record& record,
                   const Context& context) const {
    check_weighs_words(model);
    const Tensor& table = meta.at(model.table());
    const Tensor x = model.linear_input()->first(table, record.support);
    return ridge_weights(
        x, regression_targets(record.support_targets, record.classes, x.scalar_type()),
        context.hyper.at("target_lambda"));
  }

  static Batch weighed(const Network& model, const Params& meta, const Batch& batch,
                       const Tensor& target, const Context& context) {
    return attended(meta, kPrefix, meta.at(model.table()), target, context.hyper.at("rarity"),
                    batch);
  }

  LinearRule rule(const Network& model, const Params& meta, const Record& record,
                  const Tensor& target, const Context& context) const {
    const Tensor x =
        model.encode(meta, weighed(model, meta, record.support, target, context), context);
    const Tensor weights = ridge_weights(
        x, regression_targets(record.support_targets, record.classes, x.scalar_type()),
        meta.at(kLambda).exp());
    return {meta.at(kScale).exp() * weights, meta.at(kBias).expand({x.size(0), weights.size(2)})};
  }

  Options options_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<Signatures>(options);
}

}  // namespace inkling::signatures
