#include "inkling/methods/fixmatch/fixmatch.h"

#include "inkling/methods/fixmatch/back_masking.h"
#include "inkling/methods/supervised/supervised.h"
#include "inkling/metrics/calibration.h"
#include "inkling/nn/layers.h"
#include "inkling/nn/units.h"
#include "inkling/nn/word_dropout.h"

namespace inkling::fixmatch {
namespace {

/// Streams of random choices.
constexpr std::uint64_t kLabelled = 0x6c6162656c;
constexpr std::uint64_t kWeak = 0x7765616b;
constexpr std::uint64_t kMasked = 0x6d61736b;
constexpr std::uint64_t kStrong = 0x7374726f6e67;

Tensor scores_of(const Network& model, const Params& params, const Batch& batch,
                 const Context& context) {
  return model.score(params, model.encode(params, batch, context), context);
}

/// The temperature that calibrates each episode's scores [E, U, C] of these classes. @return [E]
Tensor temperatures(const Tensor& scores, const Tensor& classes) {
  const Tensor numbers = scores.to(at::kCPU, at::kDouble).contiguous();
  const Tensor truth = classes.to(at::kCPU, at::kInt).contiguous();
  const std::int64_t units = numbers.size(1);
  const std::int64_t each = units * numbers.size(2);
  std::vector<double> found;
  for (std::int64_t e = 0; e < numbers.size(0); ++e) {
    const auto* first = numbers.const_data_ptr<double>() + e * each;
    const auto* first_truth = truth.const_data_ptr<std::int32_t>() + e * units;
    const Answers answers = {{first, first + each},
                             {first_truth, first_truth + units},
                             static_cast<std::int32_t>(numbers.size(2))};
    found.push_back(fit_temperature(std::span(&answers, 1)));
  }
  return tensor_of(found).to(scores.options());
}

class FixMatch : public Method {
 public:
  explicit FixMatch(const Options& options)
      : options_(options), tuning_(supervised::make(options)), traits_(tuning_->traits()) {
    traits_.regression = false;
    traits_.clean = options.calibration_batch;
    traits_.unlabelled_ratio = options.unlabelled_ratio;
  }

  const Traits& traits() const override { return traits_; }
  Hyper hyper(at::ScalarType dtype) const override { return tuning_->hyper(dtype); }

  Tensor meta_loss(const Network& model, const Params& meta, const Record& record,
                   const Context& context) const override {
    return learned({model, meta, record, context}).losses;
  }

  MetaGradient meta_gradient(const Network& model, const Params& meta, const Record& record,
                             const Context& context) const override {
    const Learned found = learned({model, meta, record, context});
    const auto moves = [&](const std::string& name) { return meta.at(name).requires_grad(); };
    return {found.losses.detach(),
            gradients(found.losses.sum(), meta.where(moves).tensors(), false), found.taught};
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
  struct Step {
    const Network& model;
    const Params& meta;
    const Record& record;
    const Context& context;
  };
  struct Learned {
    Tensor losses;  ///< [E]
    Tensor taught;  ///< [E]; undefined where there is no text without a label
  };
  /// What the model says of the texts without a label.
  struct PseudoLabels {
    Tensor classes;  ///< int64 [E, U]
    Tensor sure;     ///< [E, U]: 1 where its confidence is enough, else 0
  };

  Learned learned(const Step& step) const {
    const auto& [model, meta, record, context] = step;
    const Tensor scores = scores_of(model, meta, weak(record.query, context, kLabelled), context);
    Tensor losses = model.loss(scores, record.query_targets, context);
    const std::int64_t clean = labelled_units(record);
    const std::int64_t texts = record.support.units - clean;
    if (texts == 0) return {losses, {}};
    const PseudoLabels pseudo = pseudo_labels(step, clean, texts);
    Batch strong = units_of(record.support, clean, texts);
    if (context.training) {
      const Fill fill = options_.masked_become == "words" ? Fill::words : Fill::followers;
      strong = back_masked(strong, options_.strong_masking, fill, context.key.fold(kMasked));
      strong = word_dropout(strong, options_.strong_dropout, context.key.fold(kStrong));
    }
    Context own = context;
    own.key = context.key.fold(kStrong).fold(1);
    const Tensor again = scores_of(model, meta, strong, own);
    const Tensor apart = (pseudo.sure * unit_cross_entropy(again, pseudo.classes)).mean(-1);
    losses = losses + options_.unlabelled_weight * apart;
    return {losses, pseudo.sure.mean(-1)};
  }

  PseudoLabels pseudo_labels(const Step& step, std::int64_t clean, std::int64_t texts) const {
    const auto& [model, meta, record, context] = step;
    const torch::autograd::AutoGradMode off(false);
    Context steady = context;
    steady.training = false;
    const Tensor scores = scores_of(model, meta, weak(record.support, context, kWeak), steady);
    Tensor likely = scores.narrow(1, clean, texts);
    if (clean > 0 && options_.calibration_batch > 0) {
      const Tensor classes = record.support_targets.classes.narrow(1, 0, clean);
      likely = likely / temperatures(scores.narrow(1, 0, clean), classes).reshape({-1, 1, 1});
    }
    const auto [confidence, place] = likely.softmax(-1).max(-1);
    return {place, confidence.ge(options_.least_confidence).to(scores.scalar_type())};
  }

  /// How many units of the support have a class; they stand before those that have none.
  static std::int64_t labelled_units(const Record& record) {
    const Tensor& classes = record.support_targets.classes;
    if (!classes.defined() || classes.numel() == 0) return record.support.units;
    return classes[0].ge(0).sum().item<std::int64_t>();
  }

  Batch weak(const Batch& batch, const Context& context, std::uint64_t which) const {
    return context.training ? word_dropout(batch, options_.weak_dropout, context.key.fold(which))
                            : batch;
  }

  Options options_;
  std::unique_ptr<Method> tuning_;
  Traits traits_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<FixMatch>(options);
}

}  // namespace inkling::fixmatch
