// MAML and its family on problems whose meta-gradients are known in closed form.
#include <gtest/gtest.h>

#include "inkling/methods/method_registry.h"
#include "tests/oracle/toy_problems.h"

namespace inkling {
namespace {

using Values = std::map<std::string, std::string>;

struct Answer {
  double loss;
  std::vector<double> gradient;
};

/// The summed loss and meta-gradient of a method with these options.
Answer meta(const Network& model, const Params& start, const Record& record, const Values& values) {
  PluginOptions options = plugin_named(methods_options(), "method", "maml").make_options();
  set_fields(options.fields(), values);
  const auto method = make_method("maml", options);
  Context context;
  context.hyper = method->hyper(at::kDouble);
  const auto found = method->meta_gradient(model, leaves(start), record, context);
  Answer answer{found.losses.sum().item<double>(), {}};
  for (const Tensor& gradient : found.gradients) answer.gradient.push_back(gradient.item<double>());
  return answer;
}

double quadratic_gradient(double theta, const std::vector<std::pair<double, double>>& tasks,
                          const Values& values) {
  const toy::Quadratic model;
  const Params start = {{"encoder.theta", toy::number(theta)}};
  return meta(model, start, toy::quadratic_tasks(tasks), values).gradient.at(0);
}

const std::vector<std::pair<double, double>> kBoth = {{1, 0}, {4, 1}};

TEST(Oracle, MamlFixedPoint) {
  EXPECT_NEAR(quadratic_gradient(16.0 / 25, kBoth, {{"inner-steps", "1"}}), 0, 1e-12);
  EXPECT_NEAR(quadratic_gradient(4096.0 / 63145, kBoth, {{"inner-steps", "5"}}), 0, 1e-12);
  EXPECT_GT(quadratic_gradient(1, kBoth, {{"inner-steps", "5"}}), .1);
}

TEST(Oracle, FirstOrderMamlFixedPoint) {
  EXPECT_NEAR(quadratic_gradient(8.0 / 11, kBoth, {{"inner-steps", "1"}, {"first-order", "true"}}),
              0, 1e-12);
  EXPECT_NEAR(
      quadratic_gradient(128.0 / 371, kBoth, {{"inner-steps", "5"}, {"first-order", "true"}}), 0,
      1e-12);
}

TEST(Oracle, JointTrainingFixedPoint) {
  const toy::Quadratic model;
  const auto method = make_method(
      "supervised", plugin_named(methods_options(), "method", "supervised").make_options());
  Context context;
  context.hyper = method->hyper(at::kDouble);
  const Params start = {{"encoder.theta", leaf(toy::number(.8))}};
  const auto found = method->meta_gradient(model, start, toy::quadratic_tasks(kBoth), context);
  EXPECT_NEAR(found.gradients.at(0).item<double>(), 0, 1e-12);
}

TEST(Oracle, MamlSingleGradients) {
  const std::vector<std::pair<double, double>> task = {{4, 1}};
  EXPECT_NEAR(quadratic_gradient(2, task, {{"inner-steps", "1"}}), 1.44, 1e-12);
  EXPECT_NEAR(quadratic_gradient(2, task, {{"inner-steps", "1"}, {"first-order", "true"}}), 2.4,
              1e-12);
  EXPECT_NEAR(quadratic_gradient(2, task, {{"inner-steps", "5"}}), .0241864704, 1e-12);
  EXPECT_NEAR(quadratic_gradient(2, task, {{"inner-steps", "5"}, {"first-order", "true"}}), .31104,
              1e-12);
}

Record one_point() {
  Record record;
  record.support = {1, 1, {}, toy::numbers({1}, {1, 1, 1})};
  record.support_targets.values = toy::numbers({2}, {1, 1, 1});
  record.query = record.support;
  record.query_targets = record.support_targets;
  return record;
}

void expect_two_factors(const std::string& adapt, double loss, double w1, double w2) {
  const toy::TwoFactors model;
  const Answer answer =
      meta(model, model.init(Key{}), one_point(), {{"inner-steps", "1"}, {"adapt", adapt}});
  EXPECT_NEAR(answer.loss, loss, 1e-12);
  EXPECT_NEAR(answer.gradient.at(0), w1, 1e-12);
  EXPECT_NEAR(answer.gradient.at(1), w2, 1e-12);
}

TEST(Oracle, MamlTwoFactors) {
  expect_two_factors("all", .84662578125, -.9645515625, -1.343540625);
}
TEST(Oracle, AnilTwoFactors) {
  expect_two_factors("head", .91125, -1.0125, -1.215);
}
TEST(Oracle, BoilTwoFactors) {
  expect_two_factors("body", 1.069453125, -.71296875, -1.6453125);
}

/// d L / d x of the TorchOpt tutorial: one step of rate 1 on a.
double product_gradient(const std::vector<double>& powers, const Values& more) {
  const toy::Product model;
  Record record;
  const auto count = static_cast<std::int64_t>(powers.size());
  record.support = {count, 1, {}, {}};
  record.query = record.support;
  record.support_targets.values = toy::numbers(powers, {count, 1, 1});
  record.query_targets = record.support_targets;
  Values values = {{"inner-steps", "1"}, {"inner-learning-rate", "1"}, {"adapt", "body"}};
  values.insert(more.begin(), more.end());
  return meta(model, model.init(Key{}), record, values).gradient.at(1);
}

TEST(Oracle, TorchOptTutorial) {
  EXPECT_NEAR(product_gradient({2}, {}), -28, 1e-12);
  EXPECT_NEAR(product_gradient({2, 1}, {}), -31, 1e-12);
}

TEST(Oracle, TorchOptTutorialThroughADifferentiableClip) {
  EXPECT_NEAR(product_gradient({2}, {{"inner-clip", "2"}}), -4, 1e-12);
}

}  // namespace
}  // namespace inkling
