#include "inkling/methods/imaml/imaml.h"

#include <gtest/gtest.h>

#include "inkling/methods/imaml/proximal.h"
#include "inkling/methods/test_help.h"
#include "tests/oracle/toy_problems.h"

namespace inkling::imaml {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::has_option;
using testing_help::MethodProblem;

/// At its defaults the steps stop some way before the solution, these do not.
constexpr const char* kSolved = "imaml inner-steps=200 cg-steps=60";

TEST(Imaml, TheGradientOfASolvedProblemAgreesWithCentralDifferences) {
  const MethodProblem problem(kSolved);
  const auto found = problem.meta_gradient().gradients;
  double scale = 0;
  std::size_t at = 0;
  for (const auto& [name, value] : problem.meta) {
    const Tensor gradient = found.at(at++).reshape({-1});
    for (std::int64_t i = 0; i < value.numel(); i += 1 + value.numel() / 11) {
      const auto loss = [&](double by) {
        Params meta = problem.meta;
        Tensor moved = value.detach().clone();
        moved.view({-1})[i] += by;
        meta.set(name, moved);
        return problem.method()
            .meta_loss(problem.model(), meta, problem.record, problem.world.context())
            .sum()
            .item<double>();
      };
      const double expected = (loss(1e-6) - loss(-1e-6)) / 2e-6;
      EXPECT_NEAR(gradient[i].item<double>(), expected, 1e-7) << name;
      scale = std::max(scale, std::abs(expected));
    }
  }
  EXPECT_GT(scale, 1e-2);
}

TEST(Imaml, TheGradientForgetsTheWayToTheSolution) {
  const MethodProblem steady(kSolved);
  const MethodProblem other(
      "imaml inner-steps=400 cg-steps=60 inner-optimiser=momentum inner-learning-rate=0.03");
  const auto a = steady.meta_gradient().gradients;
  const auto b = other.meta_gradient().gradients;
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_LT(distance(a[i], b[i]), 1e-8) << i;
}

TEST(Imaml, TheLossAndTheAnswerAreThoseOfTheLastStep) {
  const MethodProblem problem("imaml");
  const Tensor answer = problem.curve().back();
  const Tensor loss = problem.model().loss(answer, problem.record.query_targets, {});
  EXPECT_LT(distance(problem.meta_gradient().losses, loss), 1e-12);
  EXPECT_LT(distance(problem.meta_loss(), loss), 1e-12);
  EXPECT_GT(distance(answer, problem.unadapted()), 1e-3);
}

TEST(Imaml, AStrongerPullStaysNearer) {
  double before = 1e300;
  for (const char* lambda : {"0.5", "2", "8"}) {
    const MethodProblem problem(cat("imaml inner-steps=200 lambda=", lambda));
    double moved = 0;
    for (const auto& [name, value] : problem.adapted().params) {
      moved += (value - problem.meta.at(name)).square().sum().item<double>();
    }
    EXPECT_LT(moved, before);
    EXPECT_GT(moved, 0);
    before = moved;
  }
}

TEST(Imaml, ASupportThatIsNotFittedToItsEndIsAnErrorThatSaysHowFarItIs) {
  const MethodProblem problem("imaml inner-steps=2");
  const Error error = error_of([&] { problem.meta_gradient(); });
  EXPECT_EQ(error.kind(), ErrorKind::numeric);
  EXPECT_EQ(error.where().field, "inner-steps");
  EXPECT_NE(error.message().find("after 2 steps"), std::string::npos) << error.what();
  EXPECT_NE(error.hint().find("--lambda"), std::string::npos);
  EXPECT_EQ(MethodProblem("imaml inner-steps=2 tolerance=1").meta_gradient().losses.numel(), 1);
}

TEST(Imaml, AMetaGradientThatIsNotSolvedForIsAnErrorWithItsResidual) {
  const MethodProblem problem("imaml inner-steps=200 cg-steps=1 tolerance=1e-4");
  const Error error = error_of([&] { problem.meta_gradient(); });
  EXPECT_EQ(error.kind(), ErrorKind::numeric);
  EXPECT_EQ(error.where().field, "cg-steps");
  EXPECT_NE(error.message().find("residual"), std::string::npos) << error.what();
  MethodProblem("imaml inner-steps=200 cg-steps=60 tolerance=1e-4").meta_gradient();
}

/// Loss a/2 (theta^2 - c)^2 of the first of its two numbers, which curves down around theta = 0,
/// where the targets say c > 0; else theta itself.
class Hill : public toy::Quadratic {
 public:
  Tensor loss(const Tensor& scores, const Targets& targets, const Context&) const override {
    const Tensor a = targets.values.select(2, 0);
    const Tensor c = targets.values.select(2, 1);
    const Tensor theta = scores.squeeze(2);
    return at::where(c > 0, a * (theta.square() - c).square() / 2, theta).mean(1);
  }
};

TEST(Imaml, ALossThatCurvesDownByMoreThanThePullIsAnError) {
  // At theta = 0 pull and gradient balance, and it is no minimum: H = -2 a c = -6.
  Record record = toy::quadratic_tasks({{1, 3}});
  record.query_targets.values = toy::numbers({1, -1}, {1, 1, 2});
  const auto gradient = [&](double lambda) {
    Options options;
    options.lambda = lambda;
    const auto method = make(options);
    Context context;
    context.hyper = method->hyper(at::kDouble);
    const Params meta = {{"encoder.theta", leaf(toy::number(0))}};
    return method->meta_gradient(Hill(), meta, record, context).gradients.at(0).item<double>();
  };
  const Error error = error_of([&] { gradient(2); });
  EXPECT_EQ(error.kind(), ErrorKind::numeric);
  EXPECT_NE(error.message().find("does not curve up"), std::string::npos) << error.what();
  EXPECT_NEAR(gradient(12), 1 / (1 - 6. / 12), 1e-12);
}

TEST(Imaml, EpisodesHaveConjugateGradientsOfTheirOwn) {
  const MethodProblem one("imaml");
  const auto source = one.world.source();
  const auto gradient = [&](const std::vector<std::uint64_t>& numbers) {
    Record record = source->make(numbers);
    const Params whole = one.world.learner->init(Key{3});
    const Params meta = localised(*one.world.learner, whole, record, true);
    const auto found = one.method().meta_gradient(one.model(), meta, record, one.world.context());
    return as_dense({found.gradients.at(0), record.rows}, whole.at("encoder.embedding"));
  };
  EXPECT_LT(distance(gradient({0, 1, 2}), gradient({0}) + gradient({1}) + gradient({2})), 1e-13);
}

TEST(Imaml, AnswersWithoutASupportAndWithoutAStep) {
  for (const auto& [words, shape] : {std::pair("imaml", EpisodeShape{2, 0, 3}),
                                     std::pair("imaml inner-steps=0", EpisodeShape{2, 2, 3})}) {
    const MethodProblem problem(words, shape);
    const MethodProblem maml("maml inner-steps=0", shape);
    const auto found = problem.meta_gradient();
    const auto expected = maml.meta_gradient();
    EXPECT_LT(distance(found.losses, expected.losses), 1e-14);
    for (std::size_t i = 0; i < expected.gradients.size(); ++i) {
      EXPECT_LT(distance(found.gradients[i], expected.gradients[i]), 1e-14) << words << i;
    }
  }
}

TEST(Imaml, DropoutActsOnTheQueryAlone) {
  const MethodProblem problem("imaml", {2, 2, 3}, "average dimensions=4 scale=0.5 dropout=0.5");
  Context context = problem.world.context();
  context.training = true;
  const auto loss = [&](std::uint64_t key) {
    context.key = Key{key};
    return problem.method()
        .meta_gradient(problem.model(), problem.meta, problem.record, context)
        .losses;
  };
  EXPECT_GT(distance(loss(1), loss(2)), 1e-6);
  EXPECT_EQ(distance(loss(1), loss(1)), 0);
}

TEST(Imaml, HasNoOptionOfAnUnrolledGradient) {
  EXPECT_FALSE(has_option("imaml", "first-order"));
  EXPECT_FALSE(has_option("imaml", "checkpoints"));
}

/// Against the anchor kept as a number, with any optimiser inside.
TEST(Proximal, PullsToWhereTheStepsBegan) {
  for (const char* name : {"sgd", "momentum", "adam"}) {
    const TransformPtr plain = transform_named(name);
    const TransformPtr held = proximal(transform_named(name));
    const Hyper hyper = {{"learning_rate", toy::number(.1)},
                         {"momentum", toy::number(.9)},
                         {"proximal", toy::number(3)}};
    const Tensor start = toy::numbers({1, -2}, {2});
    Params a = {{"p", start}};
    Params b = a;
    TransformState of_a = plain->init(a);
    TransformState of_b = held->init(b);
    for (int step = 0; step < 5; ++step) {
      const auto gradient = [](const Params& p) { return p.at("p").sin(); };
      Update update = plain->update({{"p", gradient(a) + 3 * (a.at("p") - start)}}, of_a, a, hyper);
      a = a + update.updates;
      of_a = update.state;
      update = held->update({{"p", gradient(b)}}, of_b, b, hyper);
      b = b + update.updates;
      of_b = update.state;
      EXPECT_LT(distance(a.at("p"), b.at("p")), 1e-14) << name << step;
    }
    EXPECT_EQ(held->linear(), plain->linear());
  }
}

}  // namespace
}  // namespace inkling::imaml
