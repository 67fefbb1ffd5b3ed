// A small bilevel problem for the tests of the estimators: no closed form, every kind of
// hyperparameter.
#pragma once

#include "inkling/bilevel/problem.h"
#include "inkling/tensor/test_help.h"

namespace inkling::testing_help {

/// Two layers with a tanh between them on ten points, three classes. The loss has smoothed labels
/// and an L2 strength for each input; the transform reads a learning rate, and others where it can.
class ToyBilevel {
 public:
  explicit ToyBilevel(at::ScalarType type = at::kDouble) : type_(type) {
    const at::TensorOptions options(type);
    x_ = normal(Key{1}, {10, 4}, options);
    other_x_ = normal(Key{2}, {7, 4}, options);
    const Tensor truth = normal(Key{3}, {4, 3}, options);
    y_ = at::one_hot(at::mm(x_, truth).argmax(1), 3).to(type);
    other_y_ = at::one_hot(at::mm(other_x_, truth).argmax(1), 3).to(type);
  }

  Hyper hyper() const {
    return {{"learning_rate", value(.3)},
            {"momentum", value(.6)},
            {"weight_decay", value(.02)},
            {"smoothing", value(.1)},
            {"l2", numbers({.01, .02, .03, .04}, {4}).to(type_)}};
  }

  InnerProblem problem(std::int64_t steps, TransformPtr transform) const {
    InnerProblem made;
    made.loss = [*this](const Params& params, const Hyper& of, std::int64_t step) {
      // Each step sees some of the points.
      const Tensor some = at::arange(step % 3, 10, 3);
      return loss(params, of, x_.index_select(0, some), y_.index_select(0, some));
    };
    made.optimised = [*this](const Params& params, const Hyper& of) {
      return loss(params, of, x_, y_);
    };
    made.transform = std::move(transform);
    made.steps = steps;
    made.start = starting_at(
        {{"a", normal(Key{4}, {4, 5}, type_) * .5}, {"b", normal(Key{5}, {5, 3}, type_) * .5}});
    return made;
  }

  /// Validation loss.
  Objective objective() const {
    return {[*this](const Params& params, const Hyper&) {
      return at::log_softmax(scores(params, other_x_), -1).mul(other_y_).sum(-1).mean().neg();
    }};
  }

 private:
  Tensor value(double number) const { return at::scalar_tensor(number, type_); }
  static Tensor scores(const Params& params, const Tensor& x) {
    return at::mm(at::mm(x, params.at("a")).tanh(), params.at("b"));
  }
  static Tensor loss(const Params& params, const Hyper& of, const Tensor& x, const Tensor& y) {
    const Tensor& smoothing = of.at("smoothing");
    const Tensor target = y * (1 - smoothing) + smoothing / 3;
    return at::log_softmax(scores(params, x), -1).mul(target).sum(-1).mean().neg() +
           (of.at("l2").unsqueeze(1) * params.at("a").square()).sum() +
           .01 * params.at("b").square().sum();
  }

  at::ScalarType type_;
  Tensor x_;
  Tensor y_;
  Tensor other_x_;
  Tensor other_y_;
};

}  // namespace inkling::testing_help
