// Hypergradients by the library's own path: of the seed model's learning rate through 100 steps of
// Adam, and of one penalty a feature of a logistic regression at its solution.
#include "bench/side.h"
#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/bilevel/automatic/automatic.h"
#include "inkling/bilevel/implicit/implicit.h"
#include "inkling/bilevel/reverse/reverse.h"
#include "inkling/nn/bag.h"
#include "inkling/tensor/params_file.h"

namespace inkling::bench {
namespace {

Tensor softplus_loss(const Tensor& scores, const Tensor& y) {
  return at::softplus(scores).sub(scores * y).mean();
}

/// Embedding, mean, Dense(1), as texts of one length; the table holds the rows that occur, as
/// `inkling tune` has it.
InnerProblem unrolled(const Params& inputs) {
  const Tensor& x = inputs.at("x");  // [T + 1, N, L]
  const auto unique = at::_unique(x, true, true);
  const Tensor& rows = std::get<0>(unique);
  const Tensor& ids = std::get<1>(unique);
  const std::int64_t texts = x.size(1);
  const std::int64_t length = x.size(2);
  std::vector<Batch> batches;
  for (std::int64_t step = 0; step < x.size(0); ++step) {
    Batch batch{1, texts, {}, {}};
    batch.words.ids = ids[step].flatten();
    batch.words.weights =
        at::full({texts * length}, 1. / static_cast<double>(length), at::TensorOptions(at::kFloat));
    batch.words.offsets = at::arange(texts + 1) * length;
    batch.words.longest = length;
    batches.push_back(std::move(batch));
  }
  const Tensor y = inputs.at("y");
  InnerProblem problem;
  problem.steps = x.size(0) - 1;
  problem.transform = adam();
  problem.start = starting_at({{"table", inputs.at("param0").index_select(0, rows)},
                               {"weight", inputs.at("param1")},
                               {"bias", inputs.at("param2")}});
  problem.loss = [=](const Params& params, const Hyper&, std::int64_t step) {
    const Tensor means = bag(params.at("table"), batches[static_cast<std::size_t>(step)])[0];
    const Tensor scores = at::addmm(params.at("bias"), means, params.at("weight")).squeeze(1);
    return softplus_loss(scores, y[step]);
  };
  return problem;
}

class Unrolled : public Case {
 public:
  Unrolled(const Params& inputs, EstimatorPtr estimator)
      : problem_(unrolled(inputs)), estimator_(std::move(estimator)) {
    hyper_ = {{"learning_rate", inputs.at("rate").to(at::kFloat)}};
    const auto loss = problem_.loss;
    const std::int64_t held_out = problem_.steps;
    objective_.loss = [loss, held_out](const Params& params, const Hyper& hyper) {
      return loss(params, hyper, held_out);
    };
  }
  void run() override { found_ = estimator_->estimate(problem_, objective_, hyper_); }
  Params result() const override {
    return {{"learning_rate", found_.gradient.at("learning_rate").reshape({1})}};
  }

 private:
  InnerProblem problem_;
  Objective objective_;
  Hyper hyper_;
  EstimatorPtr estimator_;
  Hypergradient found_;
};

/// Logistic regression with exp(hyper) as a penalty a feature, at its solution.
class Implicit : public Case {
 public:
  explicit Implicit(const Params& inputs) {
    const Tensor x = inputs.at("x");
    const Tensor y = inputs.at("y");
    const Tensor other_x = inputs.at("other_x");
    const Tensor other_y = inputs.at("other_y");
    problem_.optimised = [x, y](const Params& params, const Hyper& hyper) {
      const Tensor& w = params.at("w");
      return softplus_loss(at::mv(x, w), y) + at::dot(hyper.at("penalty").exp(), w.square()) * .5;
    };
    const auto loss = problem_.optimised;
    problem_.loss = [loss](const Params& params, const Hyper& hyper, std::int64_t) {
      return loss(params, hyper);
    };
    problem_.transform = sgd();
    problem_.fixed = {{"learning_rate", at::scalar_tensor(.1, at::kFloat)}};
    problem_.start = starting_at({{"w", inputs.at("solution")}});
    objective_.loss = [other_x, other_y](const Params& params, const Hyper&) {
      return softplus_loss(at::mv(other_x, params.at("w")), other_y);
    };
    hyper_ = {{"penalty", inputs.at("penalty")}};
    estimator_ = implicit(conjugate_gradient(
        {.iterations = inputs.at("iterations").item<std::int64_t>(), .tolerance = 0}));
  }
  void run() override { found_ = estimator_->estimate(problem_, objective_, hyper_); }
  Params result() const override { return {{"penalty", found_.gradient.at("penalty")}}; }

 private:
  InnerProblem problem_;
  Objective objective_;
  Hyper hyper_;
  EstimatorPtr estimator_;
  Hypergradient found_;
};

}  // namespace

std::unique_ptr<Case> hypergradient(const std::string& name, const std::string& inputs,
                                    int threads) {
  at::set_num_threads(threads);
  const Params arrays = load_params(inputs);
  if (name == "implicit") return std::make_unique<Implicit>(arrays);
  return std::make_unique<Unrolled>(arrays, name == "unrolled-reverse" ? reverse() : automatic());
}

}  // namespace inkling::bench
