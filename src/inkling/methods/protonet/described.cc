#include "inkling/methods/protonet/described.h"

#include <cmath>

#include "inkling/base/error.h"
#include "inkling/methods/parts.h"
#include "inkling/methods/prototypes.h"
#include "inkling/nn/bag.h"

namespace inkling::protonet {
namespace {

constexpr const char* kMap = "describe.map";
constexpr const char* kBias = "describe.bias";
constexpr const char* kAttention = "describe.attention";
constexpr const char* kScale = "describe.log_scale";
constexpr const char* kShare = "describe.share";

/// Less the mean over the classes, at length one. @param points [E, C, D]
Tensor apart(const Tensor& points) {
  const Tensor off = points - points.mean(1, true);
  return off / off.square().sum(-1, true).clamp_min(1e-12).sqrt();
}

/// Of every unit, its words' mean with learned weights. @return [E, U, D]
Tensor attended_words(const Params& meta, const Tensor& table, Batch batch) {
  const Tensor of_rows = at::matmul(table, meta.at(kAttention)).sigmoid();
  batch.words.weights = batch.words.weights * of_rows.index_select(0, batch.words.ids);
  return bag(table, batch);
}

}  // namespace

Params init_described(const Network& model, const Params& encoder, Key key) {
  if (model.table().empty()) {
    throw Error(ErrorKind::usage, "descriptions are read by word vectors, and the encoder has none",
                {"", 0, "read-descriptions"}, "use another --encoder, as cnn");
  }
  const auto type = number_options(encoder);
  const std::int64_t dimensions = encoder.at(model.table()).size(-1);
  const double limit = std::sqrt(6.0 / static_cast<double>(model.features() + dimensions));
  return {{kMap, uniform(key, {model.features(), dimensions}, -limit, limit, type)},
          {kBias, at::zeros({dimensions}, type)},
          {kAttention, at::zeros({dimensions}, type)},
          {kScale, at::scalar_tensor(std::log(10.), type)},
          {kShare, at::zeros({}, type)}};
}

Tensor described_scores(const Network& model, const Params& meta, const Record& record,
                        const Tensor& queries, const Context& context) {
  const auto mapped = [&](const Tensor& features) {
    return at::matmul(features, meta.at(kMap)) + meta.at(kBias);
  };
  const std::int64_t examples = record.support.units - record.classes;
  Tensor points =
      apart(attended_words(meta, meta.at(model.table()), record.support).slice(1, examples));
  if (examples > 0) {
    const Tensor features = mapped(model.encode(meta, record.support, context));
    const Tensor means =
        class_means(features.slice(1, 0, examples),
                    record.support_targets.classes.slice(1, 0, examples), record.classes);
    const Tensor share = meta.at(kShare).sigmoid();
    points = (1 - share) * points + share * apart(means);
  }
  return meta.at(kScale).exp() * cosine_scores(mapped(queries), points);
}

}  // namespace inkling::protonet
