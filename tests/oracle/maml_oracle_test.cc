// MAML and its family on problems whose meta-gradients are known in closed form.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "inkling/methods/method_registry.h"
#include "tests/oracle/toy_problems.h"

namespace inkling {
namespace {

using Values = std::map<std::string, std::string>;

struct Answer {
  double loss;
  std::vector<double> gradient;
};

std::unique_ptr<Method> method_of(const std::string& name, const Values& values) {
  PluginOptions options = plugin_named(methods_options(), "method", name).make_options();
  set_fields(options.fields(), values);
  return make_method(name, options);
}

/// The summed loss and meta-gradient of a method with these options: by the model's parameters at
/// `start`, then by the method's own where they begin.
Answer meta(const std::string& name, const Network& model, const Params& start,
            const Record& record, const Values& values, double progress = 1) {
  const auto method = method_of(name, values);
  Context context;
  context.hyper = method->hyper(at::kDouble);
  context.progress = progress;
  const Params all = method->init(model, Key{}).merged(start);
  const auto found = method->meta_gradient(model, leaves(all), record, context);
  Answer answer{found.losses.sum().item<double>(), {}};
  for (const Tensor& gradient : found.gradients) {
    for (const Tensor& element : gradient.reshape({-1}).unbind()) {
      answer.gradient.push_back(element.item<double>());
    }
  }
  return answer;
}

Answer quadratic(const std::string& name, double theta,
                 const std::vector<std::pair<double, double>>& tasks, const Values& values,
                 double progress = 1) {
  const toy::Quadratic model;
  return meta(name, model, {{"encoder.theta", toy::number(theta)}}, toy::quadratic_tasks(tasks),
              values, progress);
}

double quadratic_gradient(const std::string& name, double theta,
                          const std::vector<std::pair<double, double>>& tasks, const char* steps) {
  return quadratic(name, theta, tasks, {{"inner-steps", steps}}).gradient.at(0);
}

const std::vector<std::pair<double, double>> kBoth = {{1, 0}, {4, 1}};

/// Where the meta-gradient over both tasks is zero; and not beside it.
void expect_fixed_point(const std::string& name, double theta, const char* steps) {
  EXPECT_NEAR(quadratic_gradient(name, theta, kBoth, steps), 0, 1e-12) << name << " " << steps;
  EXPECT_GT(quadratic_gradient(name, theta + .1, kBoth, steps), 1e-3) << name << " " << steps;
}

TEST(Oracle, MamlFixedPoint) {
  expect_fixed_point("maml", 16.0 / 25, "1");
  expect_fixed_point("maml", 4096.0 / 63145, "5");
}

TEST(Oracle, FirstOrderMamlFixedPoint) {
  expect_fixed_point("fomaml", 8.0 / 11, "1");
  expect_fixed_point("fomaml", 128.0 / 371, "5");
}

TEST(Oracle, ReptileFixedPoint) {
  expect_fixed_point("reptile", 4.0 / 5, "1");
  expect_fixed_point("reptile", 92224.0 / 133175, "5");
}

TEST(Oracle, JointTrainingFixedPoint) {
  const toy::Quadratic model;
  const auto method = method_of("supervised", {});
  Context context;
  context.hyper = method->hyper(at::kDouble);
  const Params start = {{"encoder.theta", leaf(toy::number(.8))}};
  const auto found = method->meta_gradient(model, start, toy::quadratic_tasks(kBoth), context);
  EXPECT_NEAR(found.gradients.at(0).item<double>(), 0, 1e-12);
}

const std::vector<std::pair<double, double>> kOne = {{4, 1}};

TEST(Oracle, MamlSingleGradients) {
  EXPECT_NEAR(quadratic_gradient("maml", 2, kOne, "1"), 1.44, 1e-12);
  EXPECT_NEAR(quadratic_gradient("maml", 2, kOne, "5"), .0241864704, 1e-12);
}

TEST(Oracle, FirstOrderMamlSingleGradients) {
  EXPECT_NEAR(quadratic_gradient("fomaml", 2, kOne, "1"), 2.4, 1e-12);
  EXPECT_NEAR(quadratic_gradient("fomaml", 2, kOne, "5"), .31104, 1e-12);
}

TEST(Oracle, ReptileSingleGradients) {
  // theta - theta_k = (theta - c)(1 - (1 - rate a)^k)
  EXPECT_NEAR(quadratic_gradient("reptile", 2, kOne, "1"), .4, 1e-12);
  EXPECT_NEAR(quadratic_gradient("reptile", 2, kOne, "5"), 1 - .07776, 1e-12);
}

/// theta at a task's solution is (a c + lambda theta) / (a + lambda).
TEST(Oracle, ImplicitMaml) {
  const Values values = {{"inner-steps", "200"}, {"lambda", "2"}};
  EXPECT_NEAR(quadratic("imaml", .5, kBoth, values).gradient.at(0), 0, 1e-12);
  EXPECT_GT(quadratic("imaml", .6, kBoth, values).gradient.at(0), 1e-3);
  const Answer single = quadratic("imaml", 2, kOne, values);
  EXPECT_NEAR(single.gradient.at(0), 4. / 9, 1e-12);
  EXPECT_NEAR(single.loss, 2. / 9, 1e-12) << "4/2 (8/6 - 1)^2";
}

TEST(Oracle, MetaSgdRate) {
  for (const char* granularity : {"element", "tensor"}) {
    const Answer answer =
        quadratic("meta-sgd", 2, kOne, {{"inner-steps", "1"}, {"granularity", granularity}});
    EXPECT_NEAR(answer.gradient.at(0), 1.44, 1e-12) << "of the initialisation, as MAML's";
    EXPECT_NEAR(answer.gradient.at(1), -9.6, 1e-12) << "of the rate";
  }
}

/// At identities it is MAML; the one matrix of a number is a factor of the rate.
TEST(Oracle, MetaCurvatureIsMamlAtIdentity) {
  const Answer one = quadratic("meta-curvature", 2, kOne, {{"inner-steps", "1"}});
  EXPECT_NEAR(one.gradient.at(0), 1.44, 1e-12);
  EXPECT_NEAR(one.gradient.at(1), .1 * -9.6, 1e-12) << "of the matrix";
  EXPECT_NEAR(quadratic_gradient("meta-curvature", 2, kOne, "5"), .0241864704, 1e-12);
  expect_fixed_point("meta-curvature", 4096.0 / 63145, "5");
}

/// The loss after i steps is 2 * .36^i, and its weight after e of E epochs the paper's.
TEST(Oracle, MamlPlusPlusStepWeights) {
  constexpr int kSteps = 5;
  constexpr double kEpochs = 15;
  for (const int epoch : {0, 3, 10, 14, 15, 40}) {
    const double d = 1 / (kSteps * kEpochs);
    double expected = 0;
    double sum = 0;
    for (int i = 1; i <= kSteps; ++i) {
      const double e = std::min<double>(epoch, kEpochs);
      const double weight = i < kSteps ? std::max(1. / kSteps - e * d, .03 / kSteps)
                                       : std::min(1. / kSteps + e * (kSteps - 1) * d,
                                                  1 - (kSteps - 1) * .03 / kSteps);
      expected += weight * 2 * std::pow(.36, i);
      sum += weight;
    }
    EXPECT_NEAR(sum, 1, 1e-12);
    // A hundred epochs in all: 15 are the share .15.
    EXPECT_NEAR(quadratic("maml++", 2, kOne, {{"multi-step-share", "0.15"}}, epoch / 100.).loss,
                expected, 1e-12)
        << epoch;
  }
  double first = 0;
  double last = 0;
  for (int i = 1; i <= kSteps; ++i) {
    first += .2 * 2 * std::pow(.36, i);
    last += (i < kSteps ? .006 : .976) * 2 * std::pow(.36, i);
  }
  EXPECT_NEAR(quadratic("maml++", 2, kOne, {}, 0).loss, first, 1e-12);
  EXPECT_NEAR(quadratic("maml++", 2, kOne, {}, 1).loss, last, 1e-12);
}

TEST(Oracle, MamlPlusPlusDerivativeOrder) {
  const Values last_step = {{"multi-step-share", "0"}, {"first-order-share", "0.5"}};
  EXPECT_NEAR(quadratic("maml++", 2, kOne, last_step, .25).gradient.at(0), .31104, 1e-12);
  EXPECT_NEAR(quadratic("maml++", 2, kOne, last_step, .75).gradient.at(0), .0241864704, 1e-12);
}

/// f = theta x + phi: the context shifts the one feature, whose gain is without a part at theta =
/// 0.
TEST(Oracle, CaviaContext) {
  Record record;
  record.support = {1, 2, {}, toy::numbers({1, -1}, {1, 2, 1})};
  record.support_targets.values = toy::numbers({3, 1}, {1, 2, 1});
  record.query = record.support;
  record.query_targets = record.support_targets;
  const toy::Line model;
  const auto method =
      method_of("cavia", {{"context", "1"}, {"inner-steps", "1"}, {"inner-learning-rate", "0.5"}});
  Context context;
  context.hyper = method->hyper(at::kDouble);
  Params meta = method->init(model, Key{});
  meta.set("cavia.shift", toy::numbers({1}, {1, 1}));
  const Adapted adapted = method->adapt(model, meta, record, context);
  EXPECT_NEAR(adapted.params.at("head.context").item<double>(), 1, 1e-12);
  const Tensor answer = method->curve(model, meta, record, context).back();
  EXPECT_TRUE(at::allclose(answer, at::ones({1, 2, 1}, at::kDouble), 0, 1e-12));
}

Record one_point() {
  Record record;
  record.support = {1, 1, {}, toy::numbers({1}, {1, 1, 1})};
  record.support_targets.values = toy::numbers({2}, {1, 1, 1});
  record.query = record.support;
  record.query_targets = record.support_targets;
  return record;
}

void expect_two_factors(const std::string& name, const Values& more, double loss, double w1,
                        double w2) {
  const toy::TwoFactors model;
  Values values = {{"inner-steps", "1"}};
  values.insert(more.begin(), more.end());
  const Answer answer = meta(name, model, model.init(Key{}), one_point(), values);
  EXPECT_NEAR(answer.loss, loss, 1e-12);
  EXPECT_NEAR(answer.gradient.at(0), w1, 1e-12);
  EXPECT_NEAR(answer.gradient.at(1), w2, 1e-12);
}

TEST(Oracle, MamlTwoFactors) {
  expect_two_factors("maml", {}, .84662578125, -.9645515625, -1.343540625);
}
TEST(Oracle, MetaCurvatureTwoFactors) {
  expect_two_factors("meta-curvature", {}, .84662578125, -.9645515625, -1.343540625);
}
TEST(Oracle, AnilTwoFactors) {
  expect_two_factors("anil", {}, .91125, -1.0125, -1.215);
  expect_two_factors("maml", {{"adapt", "head"}}, .91125, -1.0125, -1.215);
}
TEST(Oracle, BoilTwoFactors) {
  expect_two_factors("boil", {}, 1.069453125, -.71296875, -1.6453125);
  expect_two_factors("maml", {{"adapt", "body"}}, 1.069453125, -.71296875, -1.6453125);
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
  return meta("maml", model, model.init(Key{}), record, values).gradient.at(1);
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
