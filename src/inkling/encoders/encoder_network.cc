#include "inkling/encoders/encoder_network.h"

#include <cmath>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/nn/layers.h"

namespace inkling {

Params EncoderNetwork::init(Key key) const {
  return encoder_->init(key.fold(0)).merged(init_head(key.fold(1), shape_.outputs));
}

Params EncoderNetwork::init_head(Key key, std::int64_t outputs) const {
  const auto options = at::TensorOptions().dtype(dtype_);
  const std::int64_t inputs = encoder_->features();
  const std::int64_t columns = shape_.loss == LossKind::cross_entropy && outputs == 2 ? 1 : outputs;
  if (!encoder_->trainable("head.weight")) {
    // An encoder that leaves the head as it is gives the scores itself.
    if (inputs != columns) {
      throw Error(ErrorKind::usage,
                  cat("a head that stays the identity has as many inputs as outputs, not ", inputs,
                      " and ", columns),
                  {"", 0, "dimensions"}, cat("use --dimensions ", columns));
    }
    return {{"head.weight", at::eye(columns, options)},
            {"head.bias", at::zeros({columns}, options)}};
  }
  // Glorot & Bengio 2010.
  const double limit = std::sqrt(6.0 / static_cast<double>(inputs + columns));
  return {{"head.weight", uniform(key, {inputs, columns}, -limit, limit, options)},
          {"head.bias", at::zeros({columns}, options)}};
}

Tensor EncoderNetwork::score(const Params& params, const Tensor& features, const Context&) const {
  const Tensor out = linear(features, params.at("head.weight"), params.at("head.bias"));
  if (shape_.loss != LossKind::cross_entropy || out.size(-1) != 1) return out;
  return at::cat({at::zeros_like(out), out}, -1);
}

Tensor EncoderNetwork::loss(const Tensor& scores, const Targets& targets, const Context&) const {
  if (shape_.loss == LossKind::squared_error) return squared_error(scores, targets.values);
  if (!targets.shares.defined() && !targets.weights.defined()) {
    return cross_entropy(scores, targets.classes);
  }
  Tensor losses;
  if (!targets.shares.defined()) {
    losses = unit_cross_entropy(scores, targets.classes);
  } else {
    const Tensor temperature = at::scalar_tensor(targets.temperature, scores.options());
    losses = distillation_loss(scores, targets.shares, temperature);
    if (targets.labelled.defined()) {
      losses = targets.labelled * unit_cross_entropy(scores, targets.classes) +
               (1 - targets.labelled) * losses;
    }
  }
  if (targets.weights.defined()) losses = losses * targets.weights;
  return losses.mean(-1);
}

}  // namespace inkling
