// Distillation in closed form: Hinton's loss, and what a teacher learns from how its student fares.
#include <gtest/gtest.h>

#include "inkling/nn/layers.h"
#include "tests/oracle/toy_problems.h"

namespace inkling {
namespace {

using toy::number;
using toy::numbers;

/// The gradient of T^2 KL(teacher || student) with respect to the student's scores (1, 0, -1), the
/// teacher being undecided between three classes.
Tensor slope(double temperature) {
  const Tensor scores = leaf(numbers({1, 0, -1}, {1, 1, 3}));
  const Tensor shares = at::full({1, 1, 3}, 1. / 3, at::kDouble);
  const Tensor loss = distillation_loss(scores, shares, number(temperature)).sum();
  return gradients(loss, {scores}, false)[0][0][0];
}

TEST(Oracle, Distillation) {
  const Tensor at_one = slope(1);
  EXPECT_NEAR(at_one[0].item<double>(), .331908, 1e-6);
  EXPECT_NEAR(at_one[1].item<double>(), -.088605, 1e-6);
  EXPECT_NEAR(at_one[2].item<double>(), -.243303, 1e-6);
  // Hot, it is a third of the difference of the scores.
  const Tensor hot = slope(1000);
  for (const int c : {0, 1, 2}) EXPECT_NEAR(hot[c].item<double>(), (1. - c) / 3, 2e-4);
}

TEST(Oracle, DistillationIsNothingWhereTheStudentAnswersAsTheTeacher) {
  const Tensor scores = numbers({1, 0, -1, 3, 3, 0}, {1, 2, 3});
  const Tensor shares = scores.softmax(-1);
  for (const double temperature : {.5, 1., 4.}) {
    EXPECT_LT(distillation_loss(scores, shares, number(temperature)).abs().max().item<double>(),
              1e-14);
    EXPECT_LT((softened(shares, number(temperature)) - (scores / temperature).softmax(-1))
                  .abs()
                  .max()
                  .item<double>(),
              1e-14);
  }
}

}  // namespace
}  // namespace inkling
