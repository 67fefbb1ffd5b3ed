#include "inkling/methods/svm/solver.h"

#include <gtest/gtest.h>

#include <limits>

#include "inkling/tensor/test_help.h"

namespace inkling::svm {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::number;

/// One-hot classes 0, 1, .., 0, 1, .. of S examples. @return [E, S, C]
Tensor members(std::int64_t episodes, std::int64_t examples, std::int64_t classes) {
  return at::eye(classes, at::kDouble)
      .index_select(0, at::arange(examples).remainder(classes))
      .expand({episodes, examples, classes});
}

/// By how much the weights could be better at the most: the primal objective less the dual's, which
/// no primal can be below. @return [E]
Tensor duality_gap(const Tensor& x, const Tensor& member, double penalty, const Tensor& a) {
  const Tensor w = at::matmul(x.transpose(1, 2), a);
  const Tensor scores = at::matmul(x, w);
  const Tensor own = (scores * member).sum(-1, true);
  const Tensor loss = (1 - member + scores - own).amax(-1).sum(-1);
  const Tensor norm = w.square().sum({1, 2}) / 2;
  return norm + penalty * loss - ((a * member).sum({1, 2}) - norm);
}

struct Problem {
  const char* what;
  Tensor x;
  std::int64_t classes;
  double penalty;
};

std::vector<Problem> problems() {
  const auto points = [](std::uint64_t key, at::IntArrayRef shape) {
    return normal(Key{key}, shape, at::kDouble);
  };
  Tensor twins = points(4, {2, 12, 5});
  twins.narrow(1, 6, 6).copy_(twins.narrow(1, 0, 6));
  Tensor empty = points(5, {2, 9, 4});
  empty[0][2].zero_();
  empty[1].zero_();
  return {
      {"some of all kinds", points(1, {3, 12, 5}), 4, .3},
      {"every example at its limit", points(2, {2, 10, 3}), 2, .01},
      {"every example inside", points(3, {2, 5, 20}), 5, 50},
      {"more examples than features", points(6, {2, 60, 4}), 3, 1},
      {"examples of two classes at one place", twins, 4, .5},
      {"examples without features", empty, 3, 1},
      {"large features and penalty", 30 * points(7, {2, 12, 6}), 3, 100},
      {"tiny features", 1e-4 * points(8, {2, 12, 6}), 3, 1},
      {"many classes", points(9, {1, 60, 30}), 20, .1},
  };
}

TEST(SvmSolver, IsOptimal) {
  for (const Problem& p : problems()) {
    const Tensor member = members(p.x.size(0), p.x.size(1), p.classes);
    const Tensor a = coefficients(p.x, member, number(p.penalty));
    EXPECT_LT(a.sum(-1).abs().max().item<double>(), 1e-11 * p.penalty) << p.what;
    EXPECT_GT((p.penalty * member - a).min().item<double>(), -1e-9 * p.penalty) << p.what;
    const double size = p.penalty * static_cast<double>(p.x.size(1));
    EXPECT_LT(duality_gap(p.x, member, p.penalty, a).abs().max().item<double>(), 1e-10 * size)
        << p.what;
  }
}

TEST(SvmSolver, AWorseAnswerHasAGap) {
  const Problem p = problems().front();
  const Tensor member = members(3, 12, 4);
  const Tensor a = coefficients(p.x, member, number(p.penalty));
  EXPECT_GT(duality_gap(p.x, member, p.penalty, .99 * a).min().item<double>(), 1e-6);
}

TEST(SvmSolver, ItsGradientAgreesWithCentralDifferences) {
  for (const Problem& p : {problems()[0], problems()[2]}) {
    const Tensor member = members(p.x.size(0), p.x.size(1), p.classes);
    const auto value = [&](const Tensor& x, const Tensor& c) {
      return weights(x, member, c).sin().sum();
    };
    const Tensor x = leaf(p.x);
    const Tensor c = leaf(number(p.penalty));
    const auto found = gradients(value(x, c), {x, c}, false);
    const torch::autograd::AutoGradMode off(false);
    for (std::int64_t i = 0; i < x.numel(); i += 1 + x.numel() / 12) {
      const auto shifted = [&](double by) {
        Tensor moved = p.x.clone();
        moved.view({-1})[i] += by;
        return value(moved, number(p.penalty)).item<double>();
      };
      EXPECT_NEAR(found[0].reshape({-1})[i].item<double>(), (shifted(1e-5) - shifted(-1e-5)) / 2e-5,
                  1e-7)
          << p.what;
    }
    const double step = 1e-5 * p.penalty;
    const double slope = (value(p.x, number(p.penalty + step)).item<double>() -
                          value(p.x, number(p.penalty - step)).item<double>()) /
                         (2 * step);
    EXPECT_NEAR(found[1].item<double>(), slope, 1e-6 * std::max(1.0, std::abs(slope))) << p.what;
  }
}

TEST(SvmSolver, EpisodesTogetherEqualOneAtATime) {
  const Tensor x = at::cat({problems()[0].x, 20 * problems()[0].x});
  const Tensor together = weights(x, members(6, 12, 4), number(.3));
  for (std::int64_t e = 0; e < 6; ++e) {
    EXPECT_LT(distance(weights(x.narrow(0, e, 1), members(1, 12, 4), number(.3))[0], together[e]),
              1e-11);
  }
}

TEST(SvmSolver, KeepsTheTypeOfTheFeatures) {
  const Tensor x = problems()[0].x;
  const Tensor single = weights(x.to(at::kFloat), members(3, 12, 4), number(.3));
  EXPECT_EQ(single.scalar_type(), at::kFloat);
  EXPECT_LT(distance(single.to(at::kDouble), weights(x, members(3, 12, 4), number(.3))), 1e-5);
}

TEST(SvmSolver, AProblemBeyondTheNumbersIsAnErrorThatNamesTheEpisode) {
  Tensor x = problems()[0].x;
  x[1].mul_(1e200);
  const Error error = error_of([&] { weights(x, members(3, 12, 4), number(.3)); });
  EXPECT_EQ(error.kind(), ErrorKind::numeric);
  EXPECT_EQ(error.message(), "the support vector machine was not solved in episode 1");
  EXPECT_NE(error.hint().find("--penalty"), std::string::npos) << error.hint();
}

TEST(SvmSolver, FeaturesThatAreNotFiniteAreAnErrorThatNamesTheEpisode) {
  Tensor x = problems()[0].x;
  x[1][3][2] = std::numeric_limits<double>::quiet_NaN();
  const Error error = error_of([&] { weights(x, members(3, 12, 4), number(.3)); });
  EXPECT_EQ(error.kind(), ErrorKind::numeric);
  EXPECT_NE(error.message().find("episode 1"), std::string::npos);
}

}  // namespace
}  // namespace inkling::svm
