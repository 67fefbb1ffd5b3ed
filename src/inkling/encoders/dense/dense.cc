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
    for (std::int64_t layer = 1; layer <= options.layers; ++layer) {
      names_.emplace_back(cat("encoder.layer", layer, ".weight"),
                          cat("encoder.layer", layer, ".bias"));
    }
  }

  Params init(Key key) const override {
    Params params;
    std::int64_t inputs = input_.inputs;
    for (std::size_t layer = 0; layer < names_.size(); ++layer) {
      // He et al. 2015, uniform.
      const auto options = at::TensorOptions().dtype(input_.dtype);
      const double limit = std::sqrt(6.0 / static_cast<double>(inputs));
      params.set(names_[layer].first,
                 uniform(key.fold(layer), {inputs, options_.hidden}, -limit, limit, options));
      params.set(names_[layer].second, at::zeros({options_.hidden}, options));
      inputs = options_.hidden;
    }
    return params;
  }

  Tensor encode(const Params& params, const Batch& batch, const Context&) const override {
    Tensor x = batch.dense;
    for (const auto& [weight, bias] : names_) {
      x = linear(x, params.at(weight), params.at(bias));
      x = options_.activation == "tanh" ? x.tanh() : x.relu();
    }
    return x;
  }

  std::int64_t features() const override { return options_.hidden; }

 private:
  Options options_;
  EncoderInput input_;
  std::vector<std::pair<std::string, std::string>> names_;
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
