// A bidirectional LSTM over texts: forward and first backward.
#include "inkling/nn/lstm.h"
#include "bench/side.h"
#include "inkling/tensor/params_file.h"

namespace inkling::bench {
namespace {

class Lstm : public Case {
 public:
  explicit Lstm(const Params& arrays)
      : shape_(arrays.at("x").sizes().vec()),
        x_(leaf(arrays.at("x").flatten(0, 1))),
        offsets_(at::arange(shape_[0] + 1) * shape_[1]),
        towards_(arrays.at("towards").flatten(0, 1)) {
    for (const char* name : {"input", "recurrent", "gates"}) {
      weights_.push_back(leaf(arrays.at(name)));
    }
  }

  void run() override {
    const torch::autograd::AutoGradMode on(true);
    const Tensor states = bidirectional_lstm(x_, offsets_, {weights_[0], weights_[1], weights_[2]});
    found_ =
        torch::autograd::grad({states}, {x_, weights_[0], weights_[1], weights_[2]}, {towards_});
  }

  Params result() const override {
    return {{"gates", found_[3]},
            {"input", found_[1]},
            {"recurrent", found_[2]},
            {"x", found_[0].reshape(shape_)}};
  }

 private:
  std::vector<std::int64_t> shape_;  ///< texts, words, numbers of a word
  Tensor x_;
  Tensor offsets_;
  Tensor towards_;
  std::vector<Tensor> weights_;
  std::vector<Tensor> found_;
};

}  // namespace

std::unique_ptr<Case> lstm(const std::string& inputs, int threads) {
  at::set_num_threads(threads);
  return std::make_unique<Lstm>(load_params(inputs));
}

}  // namespace inkling::bench
