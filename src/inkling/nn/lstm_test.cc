#include "inkling/nn/lstm.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>

#include "inkling/tensor/test_help.h"

namespace inkling {
namespace {

using testing_help::distance;

Tensor offsets_of(const std::vector<std::int64_t>& lengths) {
  std::vector<std::int64_t> made = {0};
  for (const std::int64_t length : lengths) made.push_back(made.back() + length);
  return tensor_of(made);
}

/// Texts of many lengths, and empty ones at every place.
Tensor offsets() {
  return offsets_of({0, 3, 1, 0, 5, 40, 1, 0, 2, 0});
}

struct Inputs {
  Tensor x;
  LstmWeights weights;

  std::vector<Tensor> all() const { return {x, weights.input, weights.recurrent, weights.gates}; }
};

Inputs inputs_of(std::int64_t hidden, const Tensor& offsets, std::int64_t inputs = 2) {
  const auto drawn = [](std::uint64_t stream, at::IntArrayRef shape) {
    return leaf(normal(Key{9}.fold(stream), shape, at::kDouble));
  };
  // Larger ones would make the states a chaos, in which rounding grows.
  const double scale = 0.5 / std::sqrt(static_cast<double>(hidden));
  return {drawn(0, {offsets[-1].item<std::int64_t>(), inputs}),
          {drawn(1, {2, inputs, 4 * hidden}),
           leaf(scale * drawn(2, {2, hidden, 4 * hidden}).detach()), drawn(3, {2, 4 * hidden})}};
}

/// A number that depends on every state, each in its own way.
Tensor probe(const Tensor& states) {
  return (states * normal(Key{4}, states.sizes(), states.options())).sum() + states.pow(3).sum();
}

/// The plain twin for one text and direction: cells written out, one entry after the other.
Tensor plain(const Inputs& of, std::int64_t direction, std::int64_t begin, std::int64_t end) {
  const std::int64_t hidden = of.weights.recurrent.size(1);
  Tensor state = at::zeros({hidden}, at::kDouble);
  Tensor cell = state;
  std::vector<Tensor> states(static_cast<std::size_t>(end - begin));
  for (std::int64_t i = 0; i < end - begin; ++i) {
    const std::int64_t at = direction == 0 ? i : end - begin - 1 - i;
    const Tensor gates = at::matmul(of.x[begin + at], of.weights.input[direction]) +
                         at::matmul(state, of.weights.recurrent[direction]) +
                         of.weights.gates[direction];
    const auto gate = [&](std::int64_t number) { return gates.narrow(0, number * hidden, hidden); };
    cell = gate(1).sigmoid() * cell + gate(0).sigmoid() * gate(2).tanh();
    state = gate(3).sigmoid() * cell.tanh();
    states[static_cast<std::size_t>(at)] = state;
  }
  return at::stack(states);
}

/// Holds value and gradients against those of the operators.
void expect_equals_operators(const Inputs& inputs, const Tensor& bounds) {
  const Tensor ours = bidirectional_lstm(inputs.x, bounds, inputs.weights);
  const Tensor theirs = bidirectional_lstm_by_operators(inputs.x, bounds, inputs.weights);
  EXPECT_LT(distance(ours, theirs), 1e-12);
  const auto found = gradients(probe(ours), inputs.all(), false);
  const auto wanted = gradients(probe(theirs), inputs.all(), false);
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_LT(distance(found[i], wanted[i]), 1e-10 * wanted[i].abs().max().item<double>()) << i;
  }
}

class LstmOfHidden : public testing::TestWithParam<std::int64_t> {};

TEST_P(LstmOfHidden, EqualsThePlainTwin) {
  const Tensor bounds = offsets();
  const Inputs inputs = inputs_of(GetParam(), bounds);
  const Tensor states = bidirectional_lstm(inputs.x, bounds, inputs.weights);
  ASSERT_EQ(states.sizes(), (std::vector<std::int64_t>{inputs.x.size(0), 2 * GetParam()}));
  for (const std::int64_t text : {1, 2, 4, 5, 8}) {
    const auto begin = bounds[text].item<std::int64_t>();
    const auto end = bounds[text + 1].item<std::int64_t>();
    const Tensor twin = at::cat({plain(inputs, 0, begin, end), plain(inputs, 1, begin, end)}, 1);
    EXPECT_LT(distance(states.narrow(0, begin, end - begin), twin), 1e-13) << "text " << text;
  }
}

TEST_P(LstmOfHidden, HasTheGradientsOfTheOperators) {
  const Tensor bounds = offsets();
  const Inputs inputs = inputs_of(GetParam(), bounds);
  expect_equals_operators(inputs, bounds);
}

INSTANTIATE_TEST_SUITE_P(Sizes, LstmOfHidden, testing::Values(1, 3, 25, 70, 100));

TEST(Lstm, ManyEntriesAreTakenTextsAtATime) {
  const Tensor bounds = offsets_of({200, 200, 200, 0, 600, 1, 3});
  expect_equals_operators(inputs_of(4, bounds), bounds);
}

TEST(Lstm, IsDifferentiableTwice) {
  const Tensor bounds = offsets_of({4, 0, 2});
  const Inputs inputs = inputs_of(3, bounds);
  const auto second = [&](const Tensor& states) {
    Tensor sum;
    for (const Tensor& gradient : gradients(probe(states), inputs.all(), true)) {
      sum = sum.defined() ? sum + gradient.square().sum() : gradient.square().sum();
    }
    return gradients(sum, inputs.all(), false);
  };
  const auto found = second(bidirectional_lstm(inputs.x, bounds, inputs.weights));
  const auto wanted = second(bidirectional_lstm_by_operators(inputs.x, bounds, inputs.weights));
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_LT(distance(found[i], wanted[i]), 1e-10 * wanted[i].abs().max().item<double>()) << i;
    EXPECT_GT(wanted[i].abs().max().item<double>(), 1e-3);
  }
}

TEST(Lstm, OnlyWhatIsAskedForHasAGradient) {
  const Tensor bounds = offsets();
  Inputs inputs = inputs_of(5, bounds);
  const Tensor wanted = gradients(probe(bidirectional_lstm(inputs.x, bounds, inputs.weights)),
                                  {inputs.weights.recurrent}, false)[0];
  inputs.x = inputs.x.detach();
  inputs.weights.input = inputs.weights.input.detach();
  const Tensor states = bidirectional_lstm(inputs.x, bounds, inputs.weights);
  EXPECT_EQ(distance(gradients(probe(states), {inputs.weights.recurrent}, false)[0], wanted), 0);
}

TEST(Lstm, ALongerTextBesideChangesNoBit) {
  const Tensor bounds = offsets();
  const Inputs inputs = inputs_of(25, bounds);
  const Tensor all = bidirectional_lstm(inputs.x, bounds, inputs.weights);
  const Tensor alone =
      bidirectional_lstm(inputs.x.narrow(0, 4, 5), offsets_of({5}), inputs.weights);
  EXPECT_EQ(distance(all.narrow(0, 4, 5), alone), 0);
}

TEST(Lstm, TextsAreSharedOutWithoutAnotherBit) {
  const Tensor ends = offsets();
  const Inputs of = inputs_of(5, ends);
  const auto found = [&](int threads) {
    at::set_num_threads(threads);
    const Tensor states = bidirectional_lstm(of.x, ends, of.weights);
    std::vector<Tensor> all = torch::autograd::grad({probe(states)}, of.all());
    all.push_back(states.detach());
    return all;
  };
  const int before = at::get_num_threads();
  const std::vector<Tensor> one = found(1);
  const std::vector<Tensor> many = found(3);
  at::set_num_threads(before);
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(at::equal(one[i], many[i])) << i;
}

TEST(Lstm, SinglePrecisionIsNearDouble) {
  const Tensor bounds = offsets();
  const Inputs inputs = inputs_of(25, bounds);
  Inputs single;
  const auto narrowed = [](const Tensor& t) { return leaf(t.detach().to(at::kFloat)); };
  single.x = narrowed(inputs.x);
  single.weights = {narrowed(inputs.weights.input), narrowed(inputs.weights.recurrent),
                    narrowed(inputs.weights.gates)};
  const Tensor states = bidirectional_lstm(single.x, bounds, single.weights);
  EXPECT_LT(distance(states.to(at::kDouble), bidirectional_lstm(inputs.x, bounds, inputs.weights)),
            1e-5);
  const auto found = gradients(states.square().sum(), single.all(), false);
  const auto wanted = gradients(bidirectional_lstm(inputs.x, bounds, inputs.weights).square().sum(),
                                inputs.all(), false);
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_LT(distance(found[i].to(at::kDouble), wanted[i]),
              1e-4 * wanted[i].abs().max().item<double>())
        << i;
  }
}

TEST(Lstm, GatesMayBeFarInTheirEnds) {
  const Tensor bounds = offsets_of({3});
  const Inputs inputs = inputs_of(2, bounds);
  for (const double far : {-1e6, -800.0, 800.0, 1e6}) {
    const LstmWeights weights{inputs.weights.input, inputs.weights.recurrent,
                              inputs.weights.gates + far};
    EXPECT_LT(distance(bidirectional_lstm(inputs.x, bounds, weights),
                       bidirectional_lstm_by_operators(inputs.x, bounds, weights)),
              1e-13)
        << far;
  }
}

TEST(Lstm, ANumberThatIsNoneStaysInItsText) {
  const Tensor bounds = offsets_of({2, 3, 2});
  const Inputs inputs = inputs_of(3, bounds);
  const Tensor x = inputs.x.detach().clone();
  x[3].fill_(std::nan(""));
  const Tensor found = bidirectional_lstm(x, bounds, inputs.weights).isnan().any(1);
  EXPECT_EQ(found.narrow(0, 2, 3).sum().item<std::int64_t>(), 3) << "of both directions";
  EXPECT_EQ(found.sum().item<std::int64_t>(), 3);
}

TEST(Lstm, TextsWithoutEntriesHaveNoStates) {
  const Tensor bounds = offsets_of({0, 0});
  const Inputs inputs = inputs_of(3, bounds);
  const Tensor states = bidirectional_lstm(inputs.x, bounds, inputs.weights);
  EXPECT_EQ(states.sizes(), (std::vector<std::int64_t>{0, 6}));
  const auto found = gradients(states.sum(), {inputs.weights.recurrent}, false);
  EXPECT_EQ(found[0].abs().max().item<double>(), 0);
}

}  // namespace
}  // namespace inkling
