#include "inkling/optim/adam_step.h"

#include <gtest/gtest.h>

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

TEST(AdamStep, EqualsTheChainOfTransforms) {
  const TransformPtr plain = chain({clip(.5), adam(), decay(kDecay)});
  Tensor expected = normal(Key{1}, {5, 7}, at::kDouble);
  const Tensor parameter = expected.clone();
  const Tensor first = at::zeros_like(parameter);
  const Tensor second = at::zeros_like(parameter);
  TransformState state = plain->init(of(expected));
  const Hyper hyper = {{"learning_rate", at::scalar_tensor(kRate, at::kDouble)}};
  for (std::int64_t step = 0; step < 4; ++step) {
    const Tensor gradient =
        normal(Key{2}.fold(static_cast<std::uint64_t>(step)), {5, 7}, at::kDouble);
    const Update update = plain->update(of(gradient), state, of(expected), hyper);
    expected = expected + update.updates.at("w");
    state = update.state;
    AdamStep how;
    how.learning_rate = kRate;
    how.decay = kRate * kDecay;
    how.gradient_factor = .5 / gradient.norm().item<double>();
    how.step = step;
    adam_step(parameter, first, second, {gradient, {}}, how);
    EXPECT_LT(distance(parameter, expected), 1e-13) << step;
    EXPECT_LT(distance(first, state.slots[0].at("w")), 1e-13) << step;
    EXPECT_LT(distance(second, state.slots[1].at("w")), 1e-13) << step;
  }
}

TEST(AdamStep, MovesTheRowsOfASparseGradientAlone) {
  const Tensor start = normal(Key{1}, {4, 3}, at::kFloat);
  const Tensor rows = tensor_of(std::vector<std::int64_t>{1, 3});
  const Tensor gradient = normal(Key{2}, {2, 3}, at::kFloat);
  const auto moved = [&](const Gradient& by, const Tensor& parameter) {
    const Tensor first = at::zeros_like(parameter);
    const Tensor second = at::zeros_like(parameter);
    adam_step(parameter, first, second, by, {.learning_rate = kRate});
    return parameter;
  };
  const Tensor sparse = moved({gradient, rows}, start.clone());
  EXPECT_TRUE(at::equal(sparse[0], start[0]));
  EXPECT_TRUE(at::equal(sparse[2], start[2]));
  const Tensor dense = moved({gradient, {}}, start.index_select(0, rows));
  EXPECT_TRUE(at::equal(sparse.index_select(0, rows), dense));
  EXPECT_GT(distance(dense, start.index_select(0, rows)), 1e-3);
}

TEST(AdamStep, FixedColumnsStayEvenUnderDecay) {
  const Tensor start = normal(Key{1}, {4, 3}, at::kDouble);
  const Tensor parameter = start.clone();
  adam_step(parameter, at::zeros_like(start), at::zeros_like(start),
            {at::ones({4, 3}, at::kDouble), {}}, {.decay = .1, .fixed_columns = 2});
  EXPECT_TRUE(at::equal(parameter.narrow(1, 0, 2), start.narrow(1, 0, 2)));
  EXPECT_GT(distance(parameter.narrow(1, 2, 1), start.narrow(1, 2, 1)), 1e-4);
}

}  // namespace
}  // namespace inkling
