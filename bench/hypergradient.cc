// Hypergradients by the library's own path: of the seed model's learning rate through 100 steps of
// Adam, and of one penalty a feature of a logistic regression at its solution.
#include "bench/side.h"
#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/bilevel/automatic/automatic.h"
#include "inkling/bilevel/implicit/implicit.h"
#include "inkling/bilevel/linear_loss.h"
#include "inkling/bilevel/reverse/reverse.h"
#include "inkling/nn/bag.h"
#include "inkling/tensor/params_file.h"

namespace inkling::bench {
namespace {

Tensor softplus_losses(const Tensor& scores, const Tensor& y) {
  return at::softplus(scores).sub(scores * y);
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
    batches.push_back(without_repeats(batch));
  }
  const std::vector<Tensor> labels = inputs.at("y").unsqueeze(2).unbind();
  InnerProblem problem;
  problem.steps = x.size(0) - 1;
  problem.transform = adam();
  problem.start = starting_at({{"table", inputs.at("param0").index_select(0, rows)},
                               {"weight", inputs.at("param1")},
                               {"bias", inputs.at("param2")}});
  const auto loss_of = [labels](const Params& params, const Batch& batch, std::int64_t step) {
    const Tensor means = bag(params.at("table"), batch).squeeze(0);
    const Tensor scores = at::addmm(params.at("bias"), means, params.at("weight"));
    return at::binary_cross_entropy_with_logits(scores, labels[static_cast<std::size_t>(step)]);
  };
  problem.loss = [=](const Params& params, const Hyper&, std::int64_t step) {
    return loss_of(params, batches[static_cast<std::size_t>(step)], step);
  };
  std::vector<RowBags> reads;
  for (const Batch& batch : batches) reads.push_back(row_bags(batch));
  const Batch each = rows_alone(texts, at::kFloat);
  problem.table = "table";
  problem.row_step = [=](std::int64_t step) {
    return RowStep{reads[static_cast<std::size_t>(step)],
                   [=](const Params& params, const Hyper&) { return loss_of(params, each, step); }};
  };
  return problem;
}

/// Estimates the gradient of one hyperparameter.
class Estimated : public Case {
 public:
  Estimated(InnerProblem problem, Objective objective, Hyper hyper, EstimatorPtr estimator)
      : problem_(std::move(problem)),
        objective_(std::move(objective)),
        hyper_(std::move(hyper)),
        estimator_(std::move(estimator)) {}
  void run() override { found_ = estimator_->estimate(problem_, objective_, hyper_); }
  Params result() const override {
    return found_.gradient.map(
        [](const std::string&, const Tensor& value) { return value.reshape({-1}); });
  }

 private:
  InnerProblem problem_;
  Objective objective_;
  Hyper hyper_;
  EstimatorPtr estimator_;
  Hypergradient found_;
};

std::unique_ptr<Case> through_steps(const Params& inputs, EstimatorPtr estimator) {
  InnerProblem problem = unrolled(inputs);
  Objective held_out;
  held_out.loss = [loss = problem.loss, step = problem.steps](const Params& params,
                                                              const Hyper& hyper) {
    return loss(params, hyper, step);
  };
  return std::make_unique<Estimated>(std::move(problem), std::move(held_out),
                                     Hyper{{"learning_rate", inputs.at("rate").to(at::kFloat)}},
                                     std::move(estimator));
}

/// Logistic regression with exp(hyper) as a penalty a feature, at its solution.
std::unique_ptr<Case> at_solution(const Params& inputs) {
  const auto loss = [inputs](const char* of, const Params& params) {
    return linear_loss(
        inputs.at(cat(of, "x")), params.at("w"),
        [y = inputs.at(cat(of, "y"))](const Tensor& scores) { return softplus_losses(scores, y); });
  };
  InnerProblem problem;
  problem.optimised = [loss](const Params& params, const Hyper& hyper) {
    return loss("", params) + at::dot(hyper.at("penalty").exp(), params.at("w").square()) * .5;
  };
  problem.transform = sgd();  // of no steps
  problem.start = starting_at({{"w", inputs.at("solution")}});
  Objective others;
  others.loss = [loss](const Params& params, const Hyper&) { return loss("other_", params); };
  const ConjugateGradientOptions options = {
      .iterations = inputs.at("iterations").item<std::int64_t>(), .tolerance = 0};
  return std::make_unique<Estimated>(std::move(problem), std::move(others),
                                     Hyper{{"penalty", inputs.at("penalty")}},
                                     implicit(conjugate_gradient(options)));
}

}  // namespace

std::unique_ptr<Case> hypergradient(const std::string& name, const std::string& inputs,
                                    int threads) {
  at::set_num_threads(threads);
  const Params arrays = load_params(inputs);
  if (name == "implicit") return at_solution(arrays);
  return through_steps(arrays, name == "unrolled-reverse" ? reverse() : automatic());
}

}  // namespace inkling::bench
