// A linear-chain conditional random field over sentences of one length: loss and gradient, the same
// and the gradient of that gradient, or best paths.
#include "bench/side.h"
#include "inkling/nn/linear_chain.h"
#include "inkling/tensor/params_file.h"

namespace inkling::bench {
namespace {

class Chain : public Case {
 public:
  Chain(const std::string& what, const Params& arrays)
      : twice_(what == "crf-twice"),
        paths_(what == "viterbi"),
        shape_(arrays.at("scores").sizes().vec()),
        scores_(arrays.at("scores").flatten(0, 1)),
        tags_(arrays.at("tags").flatten()),
        offsets_(at::arange(shape_[0] + 1) * shape_[1]),
        weights_{arrays.at("transitions"), arrays.at("starts"), arrays.at("ends")} {}

  void run() override {
    if (paths_) {
      best_ = best_path(scores_, offsets_, weights_);
      return;
    }
    const torch::autograd::AutoGradMode on(true);
    const Tensor scores = leaf(scores_);
    const ChainWeights weights{leaf(weights_.transitions), leaf(weights_.starts),
                               leaf(weights_.ends)};
    const std::vector<Tensor> learned = {scores, weights.transitions, weights.starts, weights.ends};
    const Tensor loss =
        (log_partition(scores, offsets_, weights) - path_score(scores, tags_, offsets_, weights))
            .mean();
    found_ = gradients(loss, learned, twice_);
    if (!twice_) return;
    Tensor length;
    for (const Tensor& gradient : found_) {
      const Tensor square = gradient.square().sum();
      length = length.defined() ? length + square : square;
    }
    twice_found_ = gradients(length, learned, false);
  }

  Params result() const override {
    if (paths_) return {{"tags", best_.to(at::kFloat)}};
    return {{"ends", found_[3].detach()},
            {"scores", found_[0].detach().reshape(shape_)},
            {"starts", found_[2].detach()},
            {"transitions", found_[1].detach()}};
  }

 private:
  bool twice_;
  bool paths_;
  std::vector<std::int64_t> shape_;  ///< sentences, tokens, tags
  Tensor scores_;
  Tensor tags_;
  Tensor offsets_;
  ChainWeights weights_;
  std::vector<Tensor> found_;
  std::vector<Tensor> twice_found_;
  Tensor best_;
};

}  // namespace

std::unique_ptr<Case> chain(const std::string& name, const std::string& inputs, int threads) {
  at::set_num_threads(threads);
  return std::make_unique<Chain>(name, load_params(inputs));
}

}  // namespace inkling::bench
