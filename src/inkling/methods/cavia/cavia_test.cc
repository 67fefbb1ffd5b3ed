#include "inkling/methods/cavia/cavia.h"

#include <gtest/gtest.h>

#include "inkling/methods/cavia/head.h"
#include "inkling/methods/test_help.h"

namespace inkling::cavia {
namespace {

using testing_help::distance;
using testing_help::has_option;
using testing_help::MethodProblem;

TEST(Cavia, TheSupportMovesTheContextAlone) {
  const MethodProblem problem("cavia context=3");
  const Adapted adapted = problem.adapted();
  EXPECT_EQ(adapted.head, "cavia");
  for (const auto& [name, value] : adapted.params) {
    if (name == "head.context") {
      EXPECT_EQ(value.sizes(), at::IntArrayRef{3});
      EXPECT_GT(value.abs().max().item<double>(), 1e-4);
      continue;
    }
    const std::string of = name == "head.gain"    ? "cavia.gain"
                           : name == "head.shift" ? "cavia.shift"
                                                  : name;
    EXPECT_TRUE(at::equal(value, problem.meta.at(of))) << name;
  }
}

TEST(Cavia, BeginsAsTheModelItself) {
  const MethodProblem problem("cavia");
  EXPECT_LT(distance(problem.curve().front(), problem.unadapted()), 1e-14);
  EXPECT_GT(distance(problem.curve().back(), problem.unadapted()), 1e-4);
  const MethodProblem empty("cavia", {2, 0, 3});
  EXPECT_LT(distance(empty.curve().back(), empty.unadapted()), 1e-14);
}

TEST(Cavia, MovesTheContextDownTheSupportsGradient) {
  const MethodProblem problem("cavia context=3 inner-steps=1 inner-learning-rate=0.7");
  Params params = problem.meta;
  params.set("head.gain", problem.meta.at("cavia.gain"));
  params.set("head.shift", problem.meta.at("cavia.shift"));
  const Tensor context = leaf(at::zeros({3}, at::kDouble));
  params.set("head.context", context);
  const Record& record = problem.record;
  const Tensor features = problem.model().encode(params, record.support, {});
  const Tensor scores = problem.model().score(params, modulated(params, features), {});
  const Tensor loss = problem.model().loss(scores, record.support_targets, {});
  const Tensor expected = -.7 * gradients(loss.sum(), {context}, false)[0];
  EXPECT_LT(distance(problem.adapted().params.at("head.context"), expected), 1e-14);
}

TEST(Cavia, ModulatesByGainAndShiftOfEveryEpisode) {
  const auto numbers = testing_help::numbers;
  Params params = {{"head.context", numbers({2, 0, 1, -1}, {2, 2})},
                   {"head.gain", numbers({1, 0, 0, 3}, {2, 2})},
                   {"head.shift", numbers({0, 5, 1, 1}, {2, 2})}};
  const Tensor features = numbers({1, 10, 1, 10}, {2, 1, 2});
  // Gains 1 + (2, 0) and 1 + (1, -3), shifts (0, 10) and (-1, 4).
  EXPECT_LT(distance(modulated(params, features), numbers({3, 20, 1, -16}, {2, 1, 2})), 1e-14);
  params.set("head.context", numbers({2, 0}, {2}));
  EXPECT_LT(distance(modulated(params, features), numbers({3, 20, 3, 20}, {2, 1, 2})), 1e-14);
}

TEST(Cavia, FirstOrderHasTheSameLossAndAnotherGradient) {
  const MethodProblem exact("cavia");
  const MethodProblem first("cavia first-order=true");
  EXPECT_LT(distance(exact.meta_loss(), first.meta_loss()), 1e-14);
  EXPECT_GT(distance(exact.meta_gradient().gradients.at(0), first.meta_gradient().gradients.at(0)),
            1e-5);
  EXPECT_FALSE(first.method().traits().second_order);
}

TEST(Cavia, HasNothingElseToAdapt) {
  EXPECT_FALSE(has_option("cavia", "adapt"));
  EXPECT_EQ(MethodProblem("cavia context=5").meta.at("cavia.gain").size(0), 5);
}

}  // namespace
}  // namespace inkling::cavia
