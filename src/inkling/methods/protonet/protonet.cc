#include "inkling/methods/protonet/protonet.h"

#include "inkling/base/error.h"
#include "inkling/methods/closed_form.h"
#include "inkling/methods/parts.h"
#include "inkling/methods/protonet/described.h"
#include "inkling/methods/protonet/none.h"
#include "inkling/methods/protonet/refinement.h"
#include "inkling/methods/prototypes.h"

namespace inkling::protonet {
namespace {

Traits traits_of(const Options& options) {
  Traits traits;
  traits.unlabelled = options.refine != "none";
  traits.transductive = options.transductive;
  return traits;
}

class ProtoNet : public ClosedFormMethod {
 public:
  explicit ProtoNet(const Options& options)
      : ClosedFormMethod(kInfo.name, traits_of(options)), options_(options) {
    if (options.transductive && options.refine == "none") {
      throw Error(ErrorKind::usage, "the queries are unlabelled examples, which move nothing here",
                  {"", 0, "transductive"}, "say how they move the prototypes: --refine");
    }
    if (options.read_descriptions && (options.refine != "none" || options.none != "no")) {
      throw Error(ErrorKind::usage, "prototypes from descriptions are not refined, and say no none",
                  {"", 0, "read-descriptions"}, "leave out --refine and --none");
    }
  }

  Params init(const Network& model, Key key) const override {
    const Params encoder = ClosedFormMethod::init(model, key);
    const auto type = number_options(encoder);
    if (options_.read_descriptions) {
      return encoder.merged(init_described(model, encoder, key.fold(4)));
    }
    return encoder.merged(init_refinement(options_, key.fold(2), type))
        .merged(init_none(options_, model.features(), key.fold(3), type));
  }

  bool trains(const Network& model, const std::string& name) const override {
    return name != kNoneShift && ClosedFormMethod::trains(model, name);
  }

  double speed(const std::string& name) const override {
    return name.starts_with("none.") ? kNoneSpeed : 1;
  }

  Hyper hyper(at::ScalarType dtype) const override {
    return {
        {"logit_scale", at::scalar_tensor(options_.logit_scale, at::TensorOptions().dtype(dtype))}};
  }

 protected:
  Tensor scores(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    const Tensor queries = query_features(model, meta, record.query, context);
    if (options_.read_descriptions) {
      return described_scores(model, meta, record, queries, context);
    }
    const Tensor points =
        prototypes(model, meta, record, context, options_.transductive ? queries : Tensor());
    const Tensor& scale = context.hyper.at("logit_scale");
    return with_none(options_, meta, scale * nearness(options_, queries, points), queries, scale);
  }

  Tensor loss(const Network& model, const Tensor& scores, const Targets& targets,
              const Context& context) const override {
    if (options_.none == "threshold") return threshold_loss(model, scores, targets, context);
    return ClosedFormMethod::loss(model, scores, targets, context);
  }

  Adapted learned(const Network& model, const Params& meta, const Record& record,
                  const Context& context) const override {
    if (options_.read_descriptions) {
      throw Error(ErrorKind::usage, "a support has no descriptions of its classes",
                  {"", 0, "read-descriptions"}, "adapt a model that was trained without them");
    }
    Adapted adapted;
    adapted.params = encoder_part(meta);
    adapted.params.set("head.prototypes", prototypes(model, meta, record, context, {})[0]);
    adapted.head = options_.distance;
    adapted.scale = context.hyper.at("logit_scale").item<double>();
    return adapted;
  }

 private:
  /// @param more  features of unlabelled examples beside those of the support; may be undefined
  Tensor prototypes(const Network& model, const Params& meta, const Record& record,
                    const Context& context, const Tensor& more) const {
    const Tensor features = model.encode(meta, record.support, context);
    const Tensor& classes = record.support_targets.classes;
    if (options_.refine == "none") return class_means(features, classes, record.classes);
    const Tensor member = members(classes, record.classes, features.scalar_type());
    const Labelled labelled = {at::matmul(member.transpose(1, 2), features),
                               member.sum(1).unsqueeze(-1)};
    Tensor unlabelled = without_label(features, classes);
    if (more.defined()) unlabelled = at::cat({unlabelled, more}, 1);
    return refined(options_, meta, labelled, unlabelled, context.hyper.at("logit_scale"));
  }

  /// Those of class -1, of which every episode has as many. @return [E, M, H]
  static Tensor without_label(const Tensor& features, const Tensor& classes) {
    const Tensor places = (classes < 0).flatten().nonzero().squeeze(1);
    const std::int64_t episodes = features.size(0);
    return features.flatten(0, 1).index_select(0, places).reshape(
        {episodes, places.size(0) / episodes, features.size(2)});
  }

  Options options_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<ProtoNet>(options);
}

}  // namespace inkling::protonet
