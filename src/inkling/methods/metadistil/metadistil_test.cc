#include "inkling/methods/metadistil/metadistil.h"

#include <gtest/gtest.h>

#include <cmath>

#include "inkling/methods/metadistil/pilot.h"
#include "inkling/methods/test_help.h"
#include "inkling/nn/layers.h"
#include "tests/oracle/toy_problems.h"

namespace inkling::metadistil {
namespace {

using testing_help::distance;
using testing_help::MethodProblem;
using toy::number;
using toy::numbers;

/// Targets for the query of a problem.
MethodProblem problem_of(const std::string& method) {
  MethodProblem problem(method, {2, 3, 4});
  Targets& targets = problem.record.query_targets;
  targets.shares = uniform(Key{9}, {1, 8, 2}, -1, 1, at::kDouble).softmax(-1);
  targets.labelled = (at::arange(8) % 2).to(at::kDouble).mul(.5).unsqueeze(0);
  targets.weights = uniform(Key{10}, {1, 8}, .5, 1.5, at::kDouble);
  targets.temperature = 2;
  return problem;
}

Params named(const MethodProblem& problem, const Method::MetaGradient& found) {
  return problem.meta.with(found.gradients);
}

TEST(MetaDistil, AtFirstTheStudentLearnsTheTargetsAsSupervisedDoes) {
  const MethodProblem problem = problem_of("metadistil");
  const MethodProblem plain = problem_of("supervised");
  EXPECT_LT(distance(problem.meta_loss(), plain.meta_loss()), 1e-13);
  const Params found = named(problem, problem.meta_gradient());
  const Params expected = named(plain, plain.meta_gradient());
  for (const std::string& name : expected.names()) {
    EXPECT_LT(distance(found.at(name), expected.at(name)), 1e-13) << name;
  }
}

TEST(MetaDistil, TheTeachersGradientIsThatOfTheQuizAfterThePilotStep) {
  const MethodProblem problem = problem_of("metadistil pilot-rate=0.7 learn-temperature=true");
  const Params found = named(problem, problem.meta_gradient());
  const Network& model = problem.model();
  /// The quiz after a step on the targets of a teacher whose parameter `name` is moved.
  const auto quiz = [&](const std::string& name, const Tensor& moved) {
    Params meta = problem.meta;
    meta.set(name, moved.detach().requires_grad_(true));
    const Tensor loss =
        problem.method().meta_loss(model, meta, problem.record, problem.world.context()).sum();
    std::vector<std::string> names;
    std::vector<Tensor> student;
    for (const auto& [of, value] : meta) {
      if (of.starts_with("teacher.")) continue;
      names.push_back(of);
      student.push_back(value);
    }
    const auto slope = gradients(loss, student, false);
    Params after = meta;
    for (std::size_t i = 0; i < names.size(); ++i) {
      after.set(names[i], student[i].detach() - .7 * slope[i]);
    }
    const Tensor scores = model.score(after, model.encode(after, problem.record.support, {}), {});
    return model.loss(scores, problem.record.support_targets, {}).sum().item<double>();
  };
  for (const char* name :
       {"teacher.bias", "teacher.encoder.embedding", "teacher.log_temperature"}) {
    const Tensor at = problem.meta.at(name).detach();
    const Tensor along = normal(Key{3}, at.sizes(), at.options());
    constexpr double kStep = 1e-4;
    const double slope =
        (quiz(name, at + kStep * along) - quiz(name, at - kStep * along)) / (2 * kStep);
    EXPECT_NEAR((found.at(name) * along).sum().item<double>(), slope, 1e-8) << name;
    EXPECT_GT(std::abs(slope), 1e-6) << name;
  }
}

TEST(MetaDistil, ATeacherThatDoesNotMoveIsNoParameterOfTheTraining) {
  const MethodProblem problem = problem_of("metadistil teacher-speed=0");
  EXPECT_FALSE(problem.meta.at("teacher.bias").requires_grad());
  EXPECT_EQ(problem.meta_gradient().gradients.size(), 3);
}

/// Scores (0, z), z one number whatever the input: a student of one logit.
class Logit : public Network {
 public:
  Params init(Key) const override {
    return {{"encoder.z", number(0)}, {"head.bias", numbers({0}, {1})}};
  }
  Tensor encode(const Params& params, const Batch& batch, const Context&) const override {
    return params.at("encoder.z").expand({batch.episodes, batch.units, 1});
  }
  Tensor score(const Params&, const Tensor& features, const Context&) const override {
    return at::cat({at::zeros_like(features), features}, -1);
  }
  Tensor loss(const Tensor& scores, const Targets& targets, const Context&) const override {
    return cross_entropy(scores, targets.classes);
  }
  bool trainable(const std::string& name) const override { return name != "head.bias"; }
  Params init_head(Key, std::int64_t) const override { return {}; }
};

TEST(Oracle, MetaDistil) {
  // L = (s - t)^2 / 2 at s = 0, t = 1; a pilot step of rate .1; the quiz (s' - 2)^2 / 2.
  const auto half_square = [](const Tensor& x) { return (x.square() / 2).sum(); };
  const PilotFeedback found = pilot_feedback(
      [&](const Params& student, const Params& teacher) {
        return half_square(student.at("s") - teacher.at("t"));
      },
      [&](const Params& student) { return half_square(student.at("s") - 2); }, {{"s", number(0)}},
      {{"t", number(1)}}, .1);
  EXPECT_NEAR(found.teacher.at("t").item<double>(), -.19, 1e-15);
}

TEST(Oracle, MetaPseudoLabels) {
  // Student logit 0, teacher logit .3, rate .5, one example, whose label is 1.
  const Logit model;
  Record record;
  record.query = {1, 1, {}, {}};
  record.support = {1, 1, {}, {}};
  record.query_targets.classes = at::zeros({1, 1}, at::kLong);
  record.support_targets.classes = at::ones({1, 1}, at::kLong);
  record.classes = 2;
  const auto slope = [&](const std::string& feedback, Key key) {
    Options options;
    options.feedback = feedback;
    options.pilot_rate = .5;
    const auto method = make(options);
    Params meta = method->init(model, Key{});
    meta.set("teacher.bias", numbers({.3}, {1}));
    meta = meta.map([&](const std::string& name, const Tensor& value) {
      return method->trains(model, name) ? leaf(value) : value;
    });
    Context context;
    context.key = key;
    return method->meta_gradient(model, meta, record, context).gradients.at(1).item<double>();
  };
  EXPECT_NEAR(slope("soft", Key{}), -.0599773, 1e-7);
  // Drawn labels give one of two gradients; weighed by their probabilities these are the exact
  // gradient of the expected quiz.
  const double p = 1 / (1 + std::exp(-.3));
  double of_one = 0;
  double of_zero = 0;
  for (std::uint64_t i = 0; i < 64; ++i) {
    const double found = slope("sampled", Key{i});
    (found > -.06 ? of_one : of_zero) = found;
  }
  EXPECT_NEAR(p * of_one + (1 - p) * of_zero, -.0611146, 1e-7) << of_one << " " << of_zero;
}

}  // namespace
}  // namespace inkling::metadistil
