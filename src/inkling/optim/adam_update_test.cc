#include "inkling/optim/adam_update.h"

#include <gtest/gtest.h>

#include "inkling/tensor/test_help.h"

namespace inkling {
namespace {

using testing_help::distance;
using Tensors = std::vector<Tensor>;
using Rule = std::array<Tensor, 3> (*)(const Tensor&, const Tensor&, const Tensor&, const Tensor&,
                                       const AdamNumbers&);

const AdamNumbers kNumbers{
    .beta1 = .9, .beta2 = .99, .epsilon = 1e-8, .first = .271, .second = .0297};

/// Gradient, moments and rate; some gradients and second moments are zero.
Tensors inputs(at::ScalarType type, std::int64_t size) {
  Tensor gradient = normal(Key{1}, {size}, type);
  Tensor second = normal(Key{3}, {size}, type).square();
  gradient.slice(0, 0, 3).fill_(0);
  second.slice(0, 0, 2).fill_(0);
  return {leaf(gradient), leaf(normal(Key{2}, {size}, type)), leaf(second),
          leaf(at::scalar_tensor(.1, type))};
}

Tensors results(Rule rule, const Tensors& at) {
  const auto found = rule(at[0], at[1], at[2], at[3], kNumbers);
  return {found[0], found[1], found[2]};
}

/// A number made of all results, no two alike.
Tensor mixed(const Tensors& values) {
  Tensor sum;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Tensor part =
        (values[i] * normal(Key{10 + i}, values[i].sizes(), values[i].options())).sum();
    sum = sum.defined() ? sum + part : part;
  }
  return sum;
}

void expect_near(const Tensors& found, const Tensors& expected, double share) {
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double size = expected[i].abs().max().item<double>();
    EXPECT_LE(distance(found[i], expected[i]), share * std::max(size, 1.)) << i;
  }
}

TEST(AdamUpdate, GivesWhatTheOperatorsGive) {
  // Their root is a library's, which may round its last bit another way.
  for (const auto& [type, precision] :
       std::vector<std::pair<at::ScalarType, double>>{{at::kFloat, 6e-8}, {at::kDouble, 1.2e-16}}) {
    const Tensors at = inputs(type, 50'001);
    const Tensors loop = results(adam_update, at);
    const Tensors operators = results(adam_update_by_operators, at);
    EXPECT_TRUE(at::equal(loop[1], operators[1]));
    EXPECT_TRUE(at::equal(loop[2], operators[2]));
    EXPECT_TRUE(at::allclose(loop[0], operators[0], 4 * precision, 0));
  }
}

TEST(AdamUpdate, HasTheDerivativesOfTheOperatorsUpToTheThird) {
  const Tensors at = inputs(at::kDouble, 40'000);
  const auto derivatives = [&](Rule rule) {
    std::vector<Tensors> found;
    Tensor value = mixed(results(rule, at));
    for (int order = 1; order <= 3; ++order) {
      found.push_back(gradients(value, at, order < 3));
      if (order < 3) value = mixed(found.back());
    }
    return found;
  };
  const auto loop = derivatives(adam_update);
  const auto operators = derivatives(adam_update_by_operators);
  for (std::size_t order = 0; order < 3; ++order) {
    SCOPED_TRACE(order);
    // Where a second moment is zero derivatives beyond the first are as large as 1e30.
    Tensors found;
    Tensors expected;
    for (std::size_t i = 0; i < 4; ++i) {
      const bool each = at[i].dim() > 0;
      if (!each && order > 0) continue;
      found.push_back(each ? loop[order][i].slice(0, 3) : loop[order][i]);
      expected.push_back(each ? operators[order][i].slice(0, 3) : operators[order][i]);
    }
    expect_near(found, expected, 1e-11);
  }
}

TEST(AdamUpdate, CarriesAChangeAsTheOperatorsDo) {
  const Tensors at = inputs(at::kDouble, 40'000);
  Tensors along;
  for (std::size_t i = 0; i < 4; ++i) {
    along.push_back(normal(Key{20 + i}, at[i].sizes(), at[i].options()));
  }
  const auto carried = [&](Rule rule) {
    const Tensors after = results(rule, at);
    Tensors weights;
    for (const Tensor& value : after) weights.push_back(at::zeros_like(value).requires_grad_(true));
    const Tensors back = torch::autograd::grad(after, at, weights, true, true, true);
    return torch::autograd::grad(back, weights, along, false, false, true);
  };
  expect_near(carried(adam_update), carried(adam_update_by_operators), 1e-12);
}

TEST(AdamUpdate, HasALoopForWhatIsOnTheProcessorInOnePiece) {
  const Tensors at = inputs(at::kFloat, 8);
  EXPECT_TRUE(has_adam_update(at[0], at[1], at[2], at[3]));
  EXPECT_FALSE(has_adam_update(at[0], at[1], at[2], at[0])) << "a rate an element";
  EXPECT_FALSE(has_adam_update(at[0], at[1], at[2], at[3].to(at::kDouble)));
  EXPECT_FALSE(has_adam_update(at[0].reshape({4, 2}).t(), at[1], at[2], at[3]));
}

}  // namespace
}  // namespace inkling
