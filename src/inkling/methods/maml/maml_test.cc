#include "inkling/methods/maml/maml.h"

#include <gtest/gtest.h>

#include "inkling/methods/test_help.h"

namespace inkling::maml {
namespace {

using testing_help::distance;
using testing_help::error_of;

using Problem = testing_help::MethodProblem;

TEST(Maml, AnswersWithoutASupportAsTheInitialisationDoes) {
  const Problem problem("maml", {2, 0, 3});
  const auto curve = problem.curve();
  ASSERT_EQ(curve.size(), 1);
  EXPECT_LT(distance(curve[0], problem.unadapted()), 1e-14);
  EXPECT_LT(distance(problem.meta_loss(),
                     problem.model().loss(problem.unadapted(), problem.record.query_targets, {})),
            1e-14);
}

TEST(Maml, TestStepsMayDifferFromThoseOfTraining) {
  const Problem problem("maml inner-steps=2 test-steps=6");
  const auto curve = problem.curve();
  ASSERT_EQ(curve.size(), 7);
  EXPECT_LT(distance(curve[0], problem.unadapted()), 1e-14);
  const auto loss = [&](std::size_t t) {
    return problem.model().loss(curve[t], problem.record.query_targets, {});
  };
  EXPECT_LT(distance(problem.meta_loss(), loss(2)), 1e-12) << "training takes two";
  EXPECT_GT(distance(problem.meta_loss(), loss(6)), 1e-6);
  EXPECT_EQ(Problem("maml inner-steps=2").curve().size(), 3);
}

TEST(Maml, TheRateIsAHyperparameterThatCanBeDifferentiated) {
  const Problem problem("maml");
  Context context = problem.world.context();
  const Tensor rate = leaf(context.hyper.at("learning_rate"));
  const auto loss = [&](const Tensor& at) {
    context.hyper.set("learning_rate", at);
    return problem.method().meta_loss(problem.model(), problem.meta, problem.record, context).sum();
  };
  const double found = gradients(loss(rate), {rate}, false)[0].item<double>();
  const double expected =
      (loss(rate.detach() + 1e-5).item<double>() - loss(rate.detach() - 1e-5).item<double>()) /
      2e-5;
  EXPECT_GT(std::abs(expected), 1e-4);
  EXPECT_NEAR(found, expected, 1e-7);
}

TEST(Maml, FirstOrderHasTheSameLossAndAnotherGradient) {
  const Problem exact("maml");
  const Problem first("maml first-order=true");
  EXPECT_LT(distance(exact.meta_loss(), first.meta_loss()), 1e-14);
  const auto gradient = [](const Problem& p) {
    return p.method().meta_gradient(p.model(), p.meta, p.record, p.world.context()).gradients.at(0);
  };
  EXPECT_GT(distance(gradient(exact), gradient(first)), 1e-4);
  EXPECT_FALSE(first.method().traits().second_order);
}

TEST(Maml, HeadAloneLeavesTheTableAndBodyAloneTheHead) {
  for (const auto& [what, still] :
       {std::pair("head", "encoder.embedding"), std::pair("body", "head.weight")}) {
    const Problem problem(cat("maml adapt=", what));
    const Adapted adapted = problem.method().adapt(problem.model(), problem.meta, problem.record,
                                                   problem.world.context());
    for (const auto& [name, value] : adapted.params) {
      EXPECT_EQ(distance(value, problem.meta.at(name)) == 0,
                name == still || (name == "head.bias" && what == std::string("body")))
          << what << " " << name;
    }
  }
}

TEST(Maml, AnAdaptationThatLeavesTheNumbersIsAnError) {
  const Problem problem("maml inner-learning-rate=1e6 inner-optimiser=momentum inner-steps=2000");
  Params meta = problem.meta;
  meta.set("head.weight", at::full_like(meta.at("head.weight"), 1e300));
  const Error error = error_of([&] {
    problem.method().adapt(problem.model(), meta, problem.record, problem.world.context());
  });
  EXPECT_EQ(error.kind(), ErrorKind::numeric);
  EXPECT_NE(error.hint().find("inner-learning-rate"), std::string::npos);
}

}  // namespace
}  // namespace inkling::maml
