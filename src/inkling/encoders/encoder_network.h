// A model of an encoder and a linear head.
#pragma once

#include <memory>

#include "inkling/encoders/encoder.h"

namespace inkling {

struct HeadShape {
  std::int64_t outputs = 2;  ///< classes, or numbers to predict
  LossKind loss = LossKind::cross_entropy;
};

/// scores = features W + b. Two classes have one output z, and scores (0, z): their softmax is the
/// sigmoid of z.
class EncoderNetwork : public Network {
 public:
  EncoderNetwork(std::unique_ptr<Encoder> encoder, HeadShape shape,
                 at::ScalarType dtype = at::kFloat)
      : encoder_(std::move(encoder)), shape_(shape), dtype_(dtype) {}

  Params init(Key key) const override;
  Tensor encode(const Params& params, const Batch& batch, const Context& context) const override {
    return encoder_->encode(params, batch, context);
  }
  Tensor score(const Params& params, const Tensor& features, const Context& context) const override;
  Tensor loss(const Tensor& scores, const Targets& targets, const Context& context) const override;
  std::int64_t features() const override { return encoder_->features(); }
  Params init_head(Key key, std::int64_t outputs) const override;
  const LinearInput* linear_input() const override { return encoder_->linear_input(); }
  std::string table() const override { return encoder_->table(); }
  bool trainable(const std::string& name) const override { return encoder_->trainable(name); }
  std::optional<LossKind> linear_head() const override { return shape_.loss; }
  const DenseLayers* dense_layers() const override { return encoder_->dense_layers(); }

  const Encoder& encoder() const { return *encoder_; }

 private:
  std::unique_ptr<Encoder> encoder_;
  HeadShape shape_;
  at::ScalarType dtype_;
};

}  // namespace inkling
