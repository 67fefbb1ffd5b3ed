#include "inkling/methods/contrastive/contrastive.h"

#include "inkling/methods/closed_form.h"
#include "inkling/methods/contrastive/info_nce.h"
#include "inkling/methods/parts.h"
#include "inkling/methods/prototypes.h"
#include "inkling/nn/word_dropout.h"

namespace inkling::contrastive {
namespace {

/// Streams of a view's random choices.
constexpr std::uint64_t kWords = 0;
constexpr std::uint64_t kNumbers = 1;

Traits self_supervised() {
  Traits traits;
  traits.self_supervised = true;
  traits.episodic = false;
  return traits;
}

class Contrastive : public ClosedFormMethod {
 public:
  explicit Contrastive(const Options& options)
      : ClosedFormMethod(kInfo.name, self_supervised()), options_(options) {}

  Hyper hyper(at::ScalarType dtype) const override {
    return {
        {"temperature", at::scalar_tensor(options_.temperature, at::TensorOptions().dtype(dtype))}};
  }

  Tensor meta_loss(const Network& model, const Params& meta, const Record& record,
                   const Context& context) const override {
    const auto [a, b] = views(model, meta, record.query, context);
    return info_nce(a, b, context.hyper.at("temperature"));
  }

  std::pair<Tensor, Tensor> views(const Network& model, const Params& meta, const Batch& batch,
                                  const Context& context) const override {
    const auto view = [&](std::uint64_t number) {
      Context own = context;
      const Key key = context.key.fold(number);
      own.key = key.fold(kNumbers);
      const bool drops = context.training && options_.word_dropout > 0;
      return model.encode(
          meta, drops ? word_dropout(batch, options_.word_dropout, key.fold(kWords)) : batch, own);
    };
    return {view(0), view(1)};
  }

 protected:
  Tensor scores(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    return cosine_scores(query_features(model, meta, record.query, context),
                         centroids(model, meta, record, context)) /
           context.hyper.at("temperature");
  }

  Adapted learned(const Network& model, const Params& meta, const Record& record,
                  const Context& context) const override {
    Adapted adapted;
    adapted.params = encoder_part(meta);
    adapted.params.set("head.prototypes", centroids(model, meta, record, context)[0]);
    adapted.head = "cosine";
    adapted.scale = 1 / context.hyper.at("temperature").item<double>();
    return adapted;
  }

 private:
  static Tensor centroids(const Network& model, const Params& meta, const Record& record,
                          const Context& context) {
    return class_means(model.encode(meta, record.support, context), record.support_targets.classes,
                       record.classes);
  }

  Options options_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<Contrastive>(options);
}

}  // namespace inkling::contrastive
