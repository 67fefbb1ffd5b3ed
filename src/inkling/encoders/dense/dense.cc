#include "inkling/encoders/dense/dense.h"

#include <cmath>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/nn/layers.h"

namespace inkling::dense {
namespace {

class Dense : public Encoder {
 public:
  Dense(const Options& options, const EncoderInput& input) : options_(options), input_(input) {
    layers_.activation = options.activation == "tanh" ? Activation::tanh : Activation::relu;
    for (std::int64_t layer = 1; layer <= options.layers; ++layer) {
      layers_.names.emplace_back(cat("encoder.layer", layer, ".weight"),
                                 cat("encoder.layer", layer, ".bias"));
    }
  }

  Params init(Key key) const override {
    Params params;
    std::int64_t inputs = input_.inputs;
    for (std::size_t layer = 0; layer < layers_.names.size(); ++layer) {
      // He et al. 2015, uniform.
      const auto options = at::TensorOptions().dtype(input_.dtype);
      const double limit = std::sqrt(6.0 / static_cast<double>(inputs));
      params.set(layers_.names[layer].first,
                 uniform(key.fold(layer), {inputs, options_.hidden}, -limit, limit, options));
      params.set(layers_.names[layer].second, at::zeros({options_.hidden}, options));
      inputs = options_.hidden;
    }
    return params;
  }

  Tensor encode(const Params& params, const Batch& batch, const Context&) const override {
    Tensor x = batch.dense;
    for (const auto& [weight, bias] : layers_.names) {
      x = linear(x, params.at(weight), params.at(bias));
      x = layers_.activation == Activation::tanh ? x.tanh() : x.relu();
    }
    return x;
  }

  std::int64_t features() const override { return options_.hidden; }
  const DenseLayers* dense_layers() const override { return &layers_; }

 private:
  Options options_;
  EncoderInput input_;
  DenseLayers layers_;
};

}  // namespace

std::unique_ptr<Encoder> make(const Options& options, const EncoderInput& input) {
  if (input.vocabulary != nullptr || input.inputs < 1) {
    throw Error(ErrorKind::usage, "encoder 'dense' reads numbers, and this task has text",
                {"", 0, "encoder"}, "use --encoder average or --encoder cnn");
  }
  return std::make_unique<Dense>(options, input);
}

}  // namespace inkling::dense
