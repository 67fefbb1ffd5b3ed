#include "inkling/bilevel/softmax_gradients.h"

#include <gtest/gtest.h>

#include "inkling/nn/layers.h"
#include "inkling/tensor/test_help.h"

namespace inkling {
namespace {

using testing_help::distance;

constexpr std::int64_t kEpisodes = 2;
constexpr std::int64_t kWidth = 5;

/// S units of C classes, several of each and not as many, of two episodes that differ.
/// @param columns  of the head: C, or 1 for two classes
SoftmaxFit fit_of(std::int64_t units, std::int64_t columns) {
  const auto drawn = [](std::uint64_t stream, at::IntArrayRef shape) {
    return normal(Key{17}.fold(stream), shape, at::kDouble);
  };
  SoftmaxFit fit;
  fit.first = leaf(drawn(0, {kEpisodes, units, kWidth}));
  const Tensor half = drawn(1, {kEpisodes, units, 3});
  fit.gram = at::matmul(half, half.transpose(1, 2));
  fit.coefficients = leaf(.3 * drawn(2, {kEpisodes, units, kWidth}));
  fit.weight = leaf(drawn(3, {kEpisodes, kWidth, columns}));
  fit.bias = leaf(drawn(4, {kEpisodes, columns}));
  const std::int64_t classes = std::max<std::int64_t>(2, columns);
  const Tensor places = at::arange(units);
  fit.classes = at::stack({places.remainder(classes), (places * places).remainder(classes)});
  return fit;
}

std::vector<Tensor> inputs(const SoftmaxFit& fit) {
  return {fit.first, fit.coefficients, fit.weight, fit.bias};
}

std::vector<Tensor> listed(const SoftmaxGradients& made) {
  return {made.features, made.weight, made.bias};
}

/// The plain twin: the engine's derivative of the loss that layers compute.
SoftmaxGradients by_graph(const SoftmaxFit& fit, bool create_graph) {
  const Tensor features = fit.first + at::matmul(fit.gram, fit.coefficients);
  const Tensor z = create_graph ? features : leaf(features);
  Tensor scores = linear(z, fit.weight, fit.bias);
  if (scores.size(-1) == 1) scores = at::cat({at::zeros_like(scores), scores}, -1);
  const auto found =
      gradients(cross_entropy(scores, fit.classes).sum(), {z, fit.weight, fit.bias}, create_graph);
  return {found[0], found[1], found[2]};
}

/// A number that depends on every entry of the gradients.
Tensor probe(const SoftmaxGradients& made, std::uint64_t which = 0) {
  Tensor sum = at::zeros({}, at::kDouble);
  for (const Tensor& part : listed(made)) {
    const Tensor by = normal(Key{5}.fold(which++), part.sizes(), at::kDouble);
    sum = sum + (by * part).sum() + part.square().sum();
  }
  return sum;
}

/// Columns of the head, and units.
class SoftmaxGradientsOf : public testing::TestWithParam<std::pair<std::int64_t, std::int64_t>> {
 protected:
  SoftmaxFit fit() const { return fit_of(GetParam().second, GetParam().first); }
};

TEST_P(SoftmaxGradientsOf, AreThoseOfTheLoss) {
  const SoftmaxFit of = fit();
  ASSERT_TRUE(has_softmax_gradients(of));
  const auto found = listed(softmax_gradients(of));
  const auto wanted = listed(by_graph(of, false));
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_LT(distance(found[i], wanted[i]), 1e-14) << i;
  }
}

TEST_P(SoftmaxGradientsOf, TheirGradientIsThatThroughTheGraph) {
  const SoftmaxFit of = fit();
  const auto found = gradients(probe(softmax_gradients(of)), inputs(of), false);
  const auto wanted = gradients(probe(by_graph(of, true)), inputs(of), false);
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_LT(distance(found[i], wanted[i]), 1e-12) << i;
  }
}

TEST_P(SoftmaxGradientsOf, TheirGradientAgreesWithCentralDifferences) {
  const SoftmaxFit of = fit();
  const auto found = gradients(probe(softmax_gradients(of)), inputs(of), false);
  const std::vector<Tensor> at = inputs(of);
  for (std::size_t i = 0; i < at.size(); ++i) {
    const Tensor direction = normal(Key{6}.fold(i), at[i].sizes(), at::kDouble);
    const auto moved = [&](double step) {
      std::vector<Tensor> values = at;
      values[i] = (at[i] + step * direction).detach();
      return probe(softmax_gradients(
                       {values[0], of.gram, values[1], values[2], values[3], of.classes}))
          .item<double>();
    };
    constexpr double kStep = 1e-5;
    const double slope = (moved(kStep) - moved(-kStep)) / (2 * kStep);
    const double told = (found[i] * direction).sum().item<double>();
    EXPECT_NEAR(told, slope, 1e-7 * std::max(1.0, std::abs(slope))) << i;
  }
}

TEST_P(SoftmaxGradientsOf, AreDifferentiableThreeTimes) {
  const SoftmaxFit of = fit();
  const auto third = [&](const SoftmaxGradients& made) {
    Tensor sum = at::zeros({}, at::kDouble);
    for (const Tensor& second : gradients(probe(made), inputs(of), true)) {
      sum = sum + second.pow(3).sum();
    }
    return gradients(sum, inputs(of), false);
  };
  const auto found = third(softmax_gradients(of));
  const auto wanted = third(by_graph(of, true));
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_LT(distance(found[i], wanted[i]), 1e-9 * wanted[i].abs().max().item<double>()) << i;
  }
}

TEST_P(SoftmaxGradientsOf, OnePartAloneHasItsOwnGradient) {
  const SoftmaxFit of = fit();
  for (std::size_t part = 0; part < 3; ++part) {
    const auto found =
        gradients(listed(softmax_gradients(of))[part].square().sum(), inputs(of), false);
    const auto wanted =
        gradients(listed(by_graph(of, true))[part].square().sum(), inputs(of), false);
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_LT(distance(found[i], wanted[i]), 1e-13) << "part " << part << ", input " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(HeadsAndShots, SoftmaxGradientsOf,
                         testing::Values(std::pair(1, 6), std::pair(1, 1), std::pair(3, 9),
                                         std::pair(4, 30)));

TEST(SoftmaxGradients, NeitherReadTheirResultsNorWriteTheirInputs) {
  // Inputs that are views of others' memory, in an order of their own.
  SoftmaxFit of = fit_of(6, 3);
  const SoftmaxFit plain = of;
  const auto turned = [](const Tensor& t) {
    return t.detach().transpose(1, 2).contiguous().transpose(1, 2).requires_grad_(true);
  };
  of.first = turned(of.first);
  of.coefficients = turned(of.coefficients);
  of.weight = turned(of.weight);
  of.gram = turned(of.gram).detach();
  of.classes = of.classes.t().contiguous().t();
  std::vector<Tensor> before;
  for (const Tensor& input : inputs(of)) before.push_back(input.detach().clone());
  const SoftmaxGradients made = softmax_gradients(of);
  const auto first = gradients(probe(made), inputs(of), false);
  const auto wanted = gradients(probe(softmax_gradients(plain)), inputs(plain), false);
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_LT(distance(first[i], wanted[i]), 1e-13) << i;
    EXPECT_EQ(distance(inputs(of)[i], before[i]), 0) << i;
  }
  // The same results again, with a step in between that writes over the first ones.
  const SoftmaxGradients again = softmax_gradients(of);
  for (const Tensor& part : listed(again)) part.detach().zero_();
  for (const Tensor& part : listed(made)) EXPECT_GT(part.abs().max().item<double>(), 0);
}

TEST(SoftmaxGradients, EpisodesTogetherEqualOneAtATime) {
  const SoftmaxFit of = fit_of(6, 3);
  const auto all = listed(softmax_gradients(of));
  for (std::int64_t e = 0; e < kEpisodes; ++e) {
    const auto one = [&](const Tensor& t) { return t.narrow(0, e, 1); };
    const auto alone = listed(softmax_gradients({one(of.first), one(of.gram), one(of.coefficients),
                                                 one(of.weight), one(of.bias), one(of.classes)}));
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(distance(one(all[i]), alone[i]), 0);
  }
}

TEST(SoftmaxGradients, AreOnlyOfWhatTheLoopsRead) {
  const SoftmaxFit of = fit_of(6, 3);
  SoftmaxFit other = of;
  other.gram = leaf(of.gram);
  EXPECT_FALSE(has_softmax_gradients(other)) << "a gram matrix with a gradient";
  other = of;
  other.classes = Tensor();
  EXPECT_FALSE(has_softmax_gradients(other));
  other = of;
  other.gram = of.gram.to(at::kFloat);
  EXPECT_FALSE(has_softmax_gradients(other));
  other = of;
  other.weight = of.weight[0];
  EXPECT_FALSE(has_softmax_gradients(other)) << "a head that episodes share";
}

}  // namespace
}  // namespace inkling
