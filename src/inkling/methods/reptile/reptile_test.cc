#include "inkling/methods/reptile/reptile.h"

#include <gtest/gtest.h>

#include "inkling/methods/test_help.h"

namespace inkling::reptile {
namespace {

using testing_help::distance;
using testing_help::MethodProblem;

TEST(Reptile, OneStepIsAStepAlongTheGradientOfAllLabelledExamples) {
  const MethodProblem problem("reptile inner-steps=1 inner-learning-rate=0.25");
  const auto found = problem.meta_gradient().gradients;
  const Network& model = problem.model();
  const auto loss = [&](const Batch& batch, const Targets& targets) {
    return model.loss(model.score(problem.meta, model.encode(problem.meta, batch, {}), {}), targets,
                      {});
  };
  // Four texts of support and six of query.
  const Tensor mean = (4 * loss(problem.record.support, problem.record.support_targets) +
                       6 * loss(problem.record.query, problem.record.query_targets)) /
                      10;
  const auto expected = gradients(mean.sum(), problem.meta.tensors(), false);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_LT(distance(found[i], .25 * expected[i]), 1e-14) << i;
  }
}

TEST(Reptile, ItsLossesAreThoseWhereTheStepsEnd) {
  const auto loss = [](int steps) {
    return MethodProblem(cat("reptile inner-learning-rate=1 inner-steps=", steps))
        .meta_gradient()
        .losses.sum()
        .item<double>();
  };
  EXPECT_LT(loss(20), loss(1) - .01);
}

TEST(Reptile, AdaptsAsMamlDoes) {
  const MethodProblem reptile("reptile");
  const MethodProblem maml("maml");
  EXPECT_LT(distance(reptile.curve().back(), maml.curve().back()), 1e-14);
  EXPECT_LT(distance(reptile.meta_loss(), maml.meta_loss()), 1e-14);
}

TEST(Reptile, LeavesAFrozenTableAlone) {
  const MethodProblem problem("reptile", {2, 2, 3},
                              "average dimensions=4 scale=0.5 tune-vectors=false");
  EXPECT_EQ(problem.meta_gradient().gradients.size(), 2) << "of the head's weight and bias";
}

}  // namespace
}  // namespace inkling::reptile
