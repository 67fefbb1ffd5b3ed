#include "inkling/bilevel/row_unroll.h"

#include <gtest/gtest.h>

#include "inkling/base/error.h"
#include "inkling/bilevel/differences/differences.h"
#include "inkling/bilevel/reverse/reverse.h"
#include "inkling/bilevel/tensor_bytes.h"
#include "inkling/bilevel/toy_words.h"
#include "inkling/tensor/params.h"

namespace inkling {
namespace {

using testing_help::expect_equal;
using testing_help::number;
using testing_help::Words;

TEST(RowUnroll, EqualsStepsOfTheWholeTable) {
  const Words words;
  const std::vector<Hyper> all = {
      {{"learning_rate", number(.03)}, {"temperature", number(.7)}, {"size", number(1.2)}},
      {{"step.learning_rate", at::linspace(.01, .05, 25, at::kDouble)},
       {"learning_rate.head", number(.02)}}};
  for (const Hyper& hyper : all) {
    const Hypergradient plain =
        reverse()->estimate(words.problem(25, false), words.objective(), hyper);
    const InnerProblem problem = words.problem(25, true);
    ASSERT_TRUE(goes_by_rows(problem, hyper));
    const Hypergradient rows = reverse()->estimate(problem, words.objective(), hyper);
    EXPECT_NEAR(rows.objective, plain.objective, 1e-12);
    expect_equal(rows.gradient, plain.gradient, 1e-11);
    expect_equal(rows.last.params, plain.last.params, 1e-12);
    for (std::size_t slot = 0; slot < 2; ++slot) {
      expect_equal(rows.last.transform.slots[slot], plain.last.transform.slots[slot], 1e-12);
    }
    EXPECT_EQ(rows.last.transform.step, 25);
    const Hypergradient untracked = trained(problem, words.objective(), hyper);
    EXPECT_EQ(untracked.objective, rows.objective) << "the same steps with nothing kept";
  }
}

TEST(RowUnroll, EqualsStepsOfTheWholeTableWhereRowsAreNoBags) {
  const Words words;
  const auto loss_of = [](const Params& params, const Hyper&, const Tensor& ids) {
    const Tensor read = params.at("table").index_select(0, ids);
    return (read.tanh() * params.at("head")).sum(1).sin().mean();
  };
  InnerProblem plain = words.problem(20, false);
  plain.loss = [=](const Params& params, const Hyper& hyper, std::int64_t t) {
    return loss_of(params, hyper, words.batch(t).words.ids);
  };
  InnerProblem by_rows = plain;
  by_rows.table = "table";
  by_rows.row_step = [=](std::int64_t t) {
    const auto [rows, ids] = at::_unique(words.batch(t).words.ids, true, true);
    Batch alone = rows_alone(rows.size(0), at::kDouble);
    alone.words.ids = rows;
    return RowStep{row_bags(alone), [=, ids = ids](const Params& params, const Hyper& hyper) {
                     return loss_of(params, hyper, ids);
                   }};
  };
  const Hyper hyper = {{"learning_rate", number(.03)}};
  const Hypergradient whole = reverse()->estimate(plain, words.objective(), hyper);
  const Hypergradient rows = reverse()->estimate(by_rows, words.objective(), hyper);
  EXPECT_LT(relative_distance(rows.gradient, whole.gradient), 1e-11);
  expect_equal(rows.last.params, whole.last.params, 1e-12);
}

TEST(RowUnroll, WithFewStatesKeptGivesTheSameBits) {
  const Words words;
  const Hyper hyper = {{"learning_rate", number(.03)}, {"temperature", number(.7)}};
  const InnerProblem problem = words.problem(17, true);
  const Hypergradient all = reverse()->estimate(problem, words.objective(), hyper);
  EXPECT_EQ(all.cost.recomputed, 0);
  for (const std::int64_t slots : {1, 2, 5, 16, 40}) {
    const Hypergradient few =
        reverse({.slots = slots})->estimate(problem, words.objective(), hyper);
    EXPECT_EQ(few.losses, all.losses) << slots;
    EXPECT_GT(few.cost.recomputed, 0) << slots;
    EXPECT_LT(few.cost.recomputed, 17) << slots;
    for (const auto& [name, value] : all.gradient) {
      EXPECT_TRUE(at::equal(few.gradient.at(name), value)) << slots;
    }
  }
}

TEST(RowUnroll, AgreesWithCentralDifferences) {
  const Words words;
  const Hyper hyper = {{"learning_rate", number(.03)}, {"temperature", number(.7)}};
  const InnerProblem problem = words.problem(12, true);
  const Params exact = reverse()->estimate(problem, words.objective(), hyper).gradient;
  const Params apart = central_differences()->estimate(problem, words.objective(), hyper).gradient;
  EXPECT_LT(relative_distance(exact, apart), 1e-7);
}

TEST(RowUnroll, TruncatesAsTheOthersDo) {
  const Words words;
  const Hyper hyper = {{"learning_rate", number(.03)}, {"size", number(1.2)}};
  for (const std::int64_t window : {1, 5, 9, 14}) {
    const Hypergradient plain =
        truncated(window, true)->estimate(words.problem(16, false), words.objective(), hyper);
    const Hypergradient rows =
        truncated(window, true)->estimate(words.problem(16, true), words.objective(), hyper);
    expect_equal(rows.gradient, plain.gradient, 1e-11);
    EXPECT_NEAR(*rows.trust.truncation_bias, *plain.trust.truncation_bias, 1e-9);
  }
}

TEST(RowUnroll, RestsThatAreLongAreTheSameInFloat32) {
  const Words words{at::kFloat};
  const Hyper hyper = {{"learning_rate", number(.01).to(at::kFloat)}};
  const Hypergradient plain =
      reverse()->estimate(words.problem(300, false), words.objective(), hyper);
  const Hypergradient rows =
      reverse()->estimate(words.problem(300, true), words.objective(), hyper);
  EXPECT_NEAR(rows.objective, plain.objective, 1e-5);
  EXPECT_LT(relative_distance(rows.gradient, plain.gradient), 1e-3);
}

TEST(RowUnroll, CountsATableOnLargePagesAsMemory) {
  const AdamCourse course(.9, .999, 1e-8, {.1});
  const Tensor values = at::zeros({3000, 100}, at::kDouble);
  const auto held = peak_bytes([&] { const AdamTable table(values, course); });
  EXPECT_GE(held, 3 * 3000 * 100 * 8) << "the values and both moments";
  EXPECT_LT(held, 4 * 3000 * 100 * 8);
}

TEST(RowUnroll, IsOfAdamAlone) {
  const Words words;
  const Hyper hyper = {{"learning_rate", number(.01)}, {"weight_decay", number(.1)}};
  EXPECT_TRUE(goes_by_rows(words.problem(5, true), hyper));
  EXPECT_FALSE(goes_by_rows(words.problem(5, false), hyper));
  EXPECT_FALSE(goes_by_rows(words.problem(5, true, sgd()), hyper));
  EXPECT_FALSE(goes_by_rows(words.problem(5, true, chain({adam(), decay()})), hyper));
  const Hyper each = {{"learning_rate", at::full({40, 1}, .01, at::kDouble)}};
  EXPECT_FALSE(goes_by_rows(words.problem(5, true), each)) << "a rate a row";
}

}  // namespace
}  // namespace inkling
