#include "inkling/bilevel/forward/row_tangents.h"

#include <gtest/gtest.h>

#include "inkling/bilevel/differences/differences.h"
#include "inkling/bilevel/forward/forward.h"
#include "inkling/bilevel/reverse/reverse.h"
#include "inkling/bilevel/toy_words.h"

namespace inkling {
namespace {

using testing_help::expect_equal;
using testing_help::number;
using testing_help::Words;

TEST(RowTangents, EqualReverseModeOfTheWholeTable) {
  const Words words;
  const std::vector<Hyper> all = {
      {{"learning_rate", number(.03)}},
      {{"learning_rate", number(.03)}, {"temperature", number(.7)}, {"size", number(1.2)}},
      {{"step.learning_rate", at::linspace(.01, .05, 7, at::kDouble)},
       {"learning_rate.head", number(.02)}}};
  for (const Hyper& hyper : all) {
    const std::int64_t steps = hyper.contains("step.learning_rate") ? 7 : 25;
    const Hypergradient plain =
        reverse()->estimate(words.problem(steps, false), words.objective(), hyper);
    const InnerProblem problem = words.problem(steps, true);
    ASSERT_TRUE(carries_by_rows(problem, hyper));
    const Hypergradient rows = forward()->estimate(problem, words.objective(), hyper);
    EXPECT_NEAR(rows.objective, plain.objective, 1e-12);
    expect_equal(rows.gradient, plain.gradient, 1e-11);
    expect_equal(rows.last.params, plain.last.params, 1e-12);
    for (std::size_t slot = 0; slot < 2; ++slot) {
      expect_equal(rows.last.transform.slots[slot], plain.last.transform.slots[slot], 1e-12);
    }
    EXPECT_EQ(rows.last.transform.step, steps);
  }
}

TEST(RowTangents, AgreeWithCentralDifferences) {
  const Words words;
  const Hyper hyper = {{"learning_rate", number(.03)}, {"temperature", number(.7)}};
  const InnerProblem problem = words.problem(12, true);
  const Params exact = forward()->estimate(problem, words.objective(), hyper).gradient;
  const Params apart = central_differences()->estimate(problem, words.objective(), hyper).gradient;
  EXPECT_LT(relative_distance(exact, apart), 1e-7);
}

TEST(RowTangents, OfRestsThatAreLongAreThoseOfReverseModeInFloat32) {
  const Words words{at::kFloat};
  const Hyper hyper = {{"learning_rate", number(.01).to(at::kFloat)}};
  const Hypergradient plain =
      reverse()->estimate(words.problem(300, false), words.objective(), hyper);
  const Hypergradient rows =
      forward()->estimate(words.problem(300, true), words.objective(), hyper);
  EXPECT_NEAR(rows.objective, plain.objective, 1e-5);
  EXPECT_LT(relative_distance(rows.gradient, plain.gradient), 1e-3);
}

TEST(RowTangents, AreOfFewNumbers) {
  const Words words;
  const Hyper many = {{"step.learning_rate", at::linspace(.01, .05, 25, at::kDouble)}};
  const InnerProblem problem = words.problem(25, true);
  EXPECT_FALSE(carries_by_rows(problem, many));
  const Params all = forward()->estimate(problem, words.objective(), many).gradient;
  const Params back = reverse()->estimate(problem, words.objective(), many).gradient;
  expect_equal(all, back, 1e-11);
}

}  // namespace
}  // namespace inkling
