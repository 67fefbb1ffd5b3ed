#include "inkling/methods/protonet/none.h"

#include <gtest/gtest.h>

#include <cmath>

#include "inkling/methods/protonet/protonet.h"
#include "inkling/tensor/test_help.h"
#include "tests/oracle/toy_problems.h"

namespace inkling::protonet {
namespace {

using testing_help::distance;
using testing_help::numbers;

/// Features are the units' numbers: class 0 at 1, class 1 at 5; queries 1, 4 and 9, the last of no
/// class.
Record points() {
  Record record;
  record.support = {1, 2, {}, numbers({1, 5}, {1, 2, 1})};
  record.support_targets.classes = tensor_of(std::vector<std::int64_t>{0, 1}).reshape({1, 2});
  record.query = {1, 3, {}, numbers({1, 4, 9}, {1, 3, 1})};
  record.query_targets.classes = tensor_of(std::vector<std::int64_t>{0, 1, 2}).reshape({1, 3});
  record.classes = 2;
  return record;
}

/// Reads the weights of queries.
class Weighted : public toy::Identity {
 public:
  Tensor loss(const Tensor& scores, const Targets& targets, const Context&) const override {
    const Tensor losses =
        at::log_softmax(scores, -1).gather(-1, targets.classes.unsqueeze(-1)).squeeze(-1).neg();
    return (targets.weights.defined() ? losses * targets.weights : losses).mean(-1);
  }
};

Context context_of(const Method& method) {
  Context context;
  context.hyper = method.hyper(at::kDouble);
  return context;
}

Tensor scores(const Options& options, const Params& meta) {
  const auto method = make(options);
  return method->curve(toy::Identity(), meta, points(), context_of(*method)).back()[0];
}

const Tensor kZero = toy::number(0);

TEST(ProtoNetNone, IsTheScoreOfAClassAtTheThreshold) {
  for (const char* none : {"threshold", "learned"}) {
    const Params meta = {{"none.shift", kZero},
                         {"none.threshold", toy::number(std::log(9))},
                         {"none.relative", kZero}};
    EXPECT_LT(distance(scores({.none = none}, meta),
                       numbers({0, -16, -9, -9, -1, -9, -64, -16, -9}, {3, 3})),
              1e-12);
    EXPECT_LT(distance(scores({.logit_scale = .5, .none = none}, meta),
                       numbers({0, -8, -4.5, -4.5, -.5, -4.5, -32, -8, -4.5}, {3, 3})),
              1e-12);
  }
  const Params cosine = {
      {"none.shift", kZero}, {"none.threshold", toy::number(.25)}, {"none.relative", kZero}};
  EXPECT_LT(distance(scores({.distance = "cosine", .logit_scale = 2, .none = "learned"}, cosine),
                     numbers({2, 2, .5, 2, 2, .5, 2, 2, .5}, {3, 3})),
            1e-12);
}

TEST(ProtoNetNone, IsHeldAgainstTheMeanOfTheClasses) {
  const Params meta = {{"none.shift", toy::number(1)},
                       {"none.threshold", kZero},
                       {"none.relative", toy::number(.5)}};
  EXPECT_LT(distance(scores({.none = "learned"}, meta).select(1, 2), numbers({-4, -2.5, -20}, {3})),
            1e-12);
}

TEST(ProtoNetNone, IsTheNearnessToTheNearestOfItsPoints) {
  const Params meta = {{"none.shift", toy::number(-.5)}, {"none.vectors", numbers({0, 8}, {2, 1})}};
  EXPECT_LT(
      distance(scores({.none = "vectors"}, meta).select(1, 2), numbers({-1.5, -16.5, -1.5}, {3})),
      1e-12);
}

TEST(ProtoNetNone, AThresholdIsNothingThatTheEncoderLearnsBy) {
  const auto method = make({.none = "threshold"});
  const Weighted model;
  const Tensor threshold = toy::number(std::log(9)).requires_grad_();
  const Params meta = {{"none.shift", kZero}, {"none.threshold", threshold}};
  // Of two classes over those that have one, then of three answers over all.
  const auto softplus = [](std::initializer_list<double> others) {
    double sum = 1;
    for (const double other : others) sum += std::exp(other);
    return std::log(sum);
  };
  const double classes = (softplus({-16}) + softplus({-8})) / 3;
  const double all = (softplus({-16, -9}) + softplus({-8, -8}) + softplus({-55, -7})) / 3;
  const Tensor loss = method->meta_loss(model, meta, points(), context_of(*method));
  EXPECT_NEAR(loss[0].item<double>(), classes + all, 1e-9);

  const Tensor of_scores = numbers({0, -16, -9, -9, -1, -9, -64, -16, -9}, {1, 3, 3});
  const auto gradient = [&](const Targets& targets) {
    const Tensor leaf = of_scores.clone().requires_grad_();
    threshold_loss(model, leaf, targets, {}).sum().backward();
    return leaf.grad();
  };
  const Tensor found = gradient(points().query_targets);
  EXPECT_EQ(found[0][2].slice(0, 0, 2).abs().sum().item<double>(), 0) << "of no class";
  EXPECT_NE(found[0][2][2].item<double>(), 0);
  EXPECT_NEAR(found[0][1][0].item<double>(), 1 / (1 + std::exp(8)) / 3, 1e-9);
}

TEST(ProtoNetNone, TrainingMovesAllButTheShiftAndFaster) {
  for (const char* none : {"threshold", "learned", "vectors"}) {
    const auto method = make({.none = none, .none_vectors = 3});
    const toy::TwoFactors model;
    const Params meta = method->init(model, Key{1});
    EXPECT_FALSE(method->trains(model, "none.shift"));
    EXPECT_TRUE(meta.contains("none.shift"));
    for (const std::string& name : meta.names()) {
      if (name == "none.shift" || name == "encoder.w1") continue;
      EXPECT_TRUE(method->trains(model, name));
      EXPECT_EQ(method->speed(name), kNoneSpeed);
    }
  }
  EXPECT_EQ(make({})->init(toy::TwoFactors(), Key{}).names(),
            std::vector<std::string>{"encoder.w1"});
}

}  // namespace
}  // namespace inkling::protonet
