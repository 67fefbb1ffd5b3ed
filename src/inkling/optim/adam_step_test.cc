#include "inkling/optim/adam_step.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "inkling/optim/transform.h"
#include "inkling/tensor/test_help.h"

namespace inkling {
namespace {

using testing_help::distance;

constexpr double kRate = .02;
constexpr double kDecay = .1;

Params of(const Tensor& value) {
  return {{"w", value}};
}

void forwards(std::int64_t count, const std::function<void(std::int64_t)>& body) {
  for (std::int64_t i = 0; i < count; ++i) body(i);
}
void backwards(std::int64_t count, const std::function<void(std::int64_t)>& body) {
  while (count-- > 0) body(count);
}

/// A parameter with its moments.
struct Moved {
  Tensor parameter, first, second;

  explicit Moved(const Tensor& start)
      : parameter(start.clone()), first(at::zeros_like(start)), second(at::zeros_like(start)) {}

  void step(const Gradient& gradient, AdamStep how, const ForEach& for_each = forwards) {
    how.learning_rate = kRate;
    adam_step(parameter, first, second, gradient, how, for_each);
  }
};

void expect_same_bits(const Moved& a, const Moved& b) {
  EXPECT_TRUE(at::equal(a.parameter, b.parameter));
  EXPECT_TRUE(at::equal(a.first, b.first));
  EXPECT_TRUE(at::equal(a.second, b.second));
}

/// Of a table with rows of `width`: other rows each step, none in the first nor the last.
Gradient rows_of_step(std::int64_t step, std::int64_t rows, std::int64_t width,
                      at::ScalarType type) {
  const Tensor some = at::arange(1 + step, rows - 1, 2 + step);
  return {normal(Key{5}.fold(static_cast<std::uint64_t>(step)), {some.numel(), width}, type), some};
}

TEST(AdamStep, EqualsClippedAdamWithDecoupledDecay) {
  const TransformPtr plain = chain({clip(.5), adam()});
  Tensor expected = normal(Key{1}, {5, 7}, at::kDouble);
  Moved moved(expected);
  TransformState state = plain->init(of(expected));
  const Hyper hyper = {{"learning_rate", at::scalar_tensor(kRate, at::kDouble)}};
  for (std::int64_t step = 0; step < 4; ++step) {
    const Tensor gradient =
        normal(Key{2}.fold(static_cast<std::uint64_t>(step)), {5, 7}, at::kDouble);
    const Update update = plain->update(of(gradient), state, of(expected), hyper);
    expected = expected + update.updates.at("w") - kRate * kDecay * expected;
    state = update.state;
    moved.step({gradient, {}}, {.decay = kRate * kDecay,
                                .gradient_factor = .5 / gradient.norm().item<double>(),
                                .step = step});
    EXPECT_LT(distance(moved.parameter, expected), 1e-13) << step;
    EXPECT_LT(distance(moved.first, state.slots[0].at("w")), 1e-13) << step;
    EXPECT_LT(distance(moved.second, state.slots[1].at("w")), 1e-13) << step;
  }
}

TEST(AdamStep, RowsThatASparseGradientLacksMoveByTheirMoments) {
  const Tensor start = normal(Key{1}, {9, 5}, at::kFloat);
  Moved sparse(start);
  Moved dense(start);
  for (std::int64_t step = 0; step < 4; ++step) {
    const Gradient gradient = rows_of_step(step, 9, 5, at::kFloat);
    const Tensor before = sparse.parameter.clone();
    sparse.step(gradient, {.step = step});
    dense.step({as_dense(gradient, start), {}}, {.step = step});
    expect_same_bits(sparse, dense);
    // Row 1 has a gradient in the first step alone.
    EXPECT_GT(distance(sparse.parameter[1], before[1]), 1e-3) << step;
    EXPECT_TRUE(at::equal(sparse.parameter[0], start[0])) << "which has no moments";
  }
}

TEST(AdamStep, MovesTheRowsOfALazyGradientAlone) {
  const Tensor start = normal(Key{1}, {4, 3}, at::kFloat);
  const Tensor rows = tensor_of(std::vector<std::int64_t>{1, 3});
  const Tensor gradient = normal(Key{2}, {2, 3}, at::kFloat);
  Moved lazy(start);
  lazy.step({gradient, rows}, {.decay = kDecay, .lazy = true});
  EXPECT_TRUE(at::equal(lazy.parameter[0], start[0]));
  EXPECT_TRUE(at::equal(lazy.parameter[2], start[2]));
  Moved dense(start.index_select(0, rows));
  dense.step({gradient, {}}, {.decay = kDecay});
  EXPECT_TRUE(at::equal(lazy.parameter.index_select(0, rows), dense.parameter));
  EXPECT_TRUE(at::equal(lazy.second.index_select(0, rows), dense.second));
  EXPECT_GT(distance(dense.parameter, start.index_select(0, rows)), 1e-3);
}

TEST(AdamStep, HasTheSameBitsHoweverALargeTableIsSharedOut) {
  constexpr std::int64_t kRows = 3001;
  const Tensor start = normal(Key{1}, {kRows, 33}, at::kFloat);
  for (const bool lazy : {false, true}) {
    Moved whole(start);
    Moved shared(start);
    std::int64_t pieces = 0;
    for (std::int64_t step = 0; step < 3; ++step) {
      const Gradient gradient = rows_of_step(step, kRows, 33, at::kFloat);
      // Of one row a parameter is a single piece.
      for (std::int64_t row = 0, next = 0; row < kRows; ++row) {
        const bool has = next < gradient.rows.numel() && gradient.rows[next].item<int>() == row;
        if (!has && lazy) continue;
        const Tensor own = has ? gradient.value.narrow(0, next, 1) : at::zeros({1, 33});
        next += has ? 1 : 0;
        adam_step(whole.parameter.narrow(0, row, 1), whole.first.narrow(0, row, 1),
                  whole.second.narrow(0, row, 1), {own, {}}, {.learning_rate = kRate, .step = step},
                  forwards);
      }
      shared.step(gradient, {.step = step, .lazy = lazy},
                  [&](std::int64_t count, const auto& body) {
                    pieces = std::max(pieces, count);
                    backwards(count, body);
                  });
      expect_same_bits(shared, whole);
    }
    EXPECT_GT(pieces, 1) << lazy;
  }
}

TEST(AdamStep, IsTheSameByOperators) {
  const Tensor start = normal(Key{1}, {6, 4}, at::kDouble);
  for (const bool lazy : {false, true}) {
    for (const std::int64_t fixed : {0, 3}) {
      Moved by_rows(start);
      Moved by_operators(start);
      // Columns that lie apart have no loop.
      by_operators.parameter = start.t().contiguous().t();
      ASSERT_FALSE(by_operators.parameter.is_contiguous());
      for (std::int64_t step = 0; step < 3; ++step) {
        Gradient gradient = rows_of_step(step, 6, 4, at::kDouble);
        if (step == 2) gradient = {normal(Key{7}, {6, 4}, at::kDouble), {}};
        const AdamStep how = {.decay = kDecay,
                              .gradient_factor = .5,
                              .step = step,
                              .fixed_columns = fixed,
                              .lazy = lazy};
        by_rows.step(gradient, how);
        by_operators.step(gradient, how);
        EXPECT_LT(distance(by_operators.parameter, by_rows.parameter), 1e-14);
        EXPECT_LT(distance(by_operators.first, by_rows.first), 1e-14);
        EXPECT_LT(distance(by_operators.second, by_rows.second), 1e-14);
      }
      EXPECT_GT(distance(by_rows.parameter, start), 1e-2);
    }
  }
}

TEST(AdamStep, FixedColumnsStayEvenUnderDecay) {
  const Tensor start = normal(Key{1}, {4, 3}, at::kDouble);
  Moved moved(start);
  moved.step({at::ones({4, 3}, at::kDouble), {}}, {.decay = .1, .fixed_columns = 2});
  EXPECT_TRUE(at::equal(moved.parameter.narrow(1, 0, 2), start.narrow(1, 0, 2)));
  EXPECT_GT(distance(moved.parameter.narrow(1, 2, 1), start.narrow(1, 2, 1)), 1e-4);
}

}  // namespace
}  // namespace inkling
