#include "inkling/bilevel/dense_gradients.h"

#include <gtest/gtest.h>

#include "inkling/base/strings.h"
#include "inkling/nn/layers.h"
#include "inkling/tensor/test_help.h"

namespace inkling {
namespace {

using testing_help::distance;
using testing_help::number;
using Tensors = std::vector<Tensor>;

constexpr std::int64_t kEpisodes = 3, kUnits = 5;

struct Kind {
  std::vector<std::int64_t> widths;
  LossKind loss;
  Activation activation = Activation::relu;
  bool spanned = false;
};

std::string name_of(const Kind& kind) {
  return cat(kind.widths.size() - 1, " layers, ",
             kind.loss == LossKind::squared_error ? "squares" : "classes", ", ",
             kind.activation == Activation::tanh ? "tanh" : "relu",
             kind.spanned ? ", spanned" : "");
}

std::vector<Kind> kinds() {
  const LossKind squares = LossKind::squared_error;
  const LossKind classes = LossKind::cross_entropy;
  return {{{7, 3}, classes},
          {{7, 1}, classes},
          {{7, 2}, squares},
          {{7, 1}, classes, Activation::relu, true},
          {{7, 3}, squares, Activation::relu, true},
          {{2, 18, 3}, classes},
          {{2, 18, 1}, squares, Activation::tanh},
          {{3, 6, 19, 1}, squares},
          {{3, 6, 19, 4}, classes, Activation::tanh},
          {{3, 6, 5, 4, 1}, classes, Activation::tanh, true}};
}

Tensor drawn(std::uint64_t key, at::IntArrayRef shape) {
  return leaf(uniform(Key{key}, shape, -1, 1, at::kDouble));
}

/// @param span  of the coefficients
DenseFit fit_of(const Kind& kind, std::int64_t span = 4) {
  DenseFit fit;
  fit.loss = kind.loss;
  fit.activation = kind.activation;
  fit.x = drawn(1, {kEpisodes, kUnits, kind.widths[0]});
  if (kind.spanned) {
    fit.gram = drawn(2, {kEpisodes, kUnits, span}).detach();
    fit.coefficients = drawn(3, {kEpisodes, span, kind.widths[0]});
  }
  for (std::size_t l = 0; l + 1 < kind.widths.size(); ++l) {
    fit.parameters.push_back(drawn(10 + l, {kEpisodes, kind.widths[l], kind.widths[l + 1]}));
    fit.parameters.push_back(drawn(20 + l, {kEpisodes, kind.widths[l + 1]}));
  }
  const std::int64_t columns = kind.widths.back();
  const std::int64_t classes = columns == 1 ? 2 : columns;
  fit.targets.classes =
      (at::arange(kEpisodes * kUnits, at::kLong) % classes).reshape({kEpisodes, kUnits});
  fit.targets.values = drawn(4, {kEpisodes, kUnits, columns}).detach();
  return fit;
}

/// All that has a gradient.
Tensors inputs_of(const DenseFit& fit) {
  Tensors all = fit.parameters;
  all.push_back(fit.x);
  if (fit.gram.defined()) all.push_back(fit.coefficients);
  return all;
}

Tensor read(const DenseFit& fit) {
  return fit.gram.defined() ? fit.x + at::matmul(fit.gram, fit.coefficients) : fit.x;
}

/// The plain twin: the losses by operators.
Tensor plain_losses(const DenseFit& fit, const Tensor& input) {
  Tensor x = input;
  for (std::size_t i = 0; i < fit.parameters.size(); i += 2) {
    if (i > 0) x = fit.activation == Activation::tanh ? x.tanh() : x.relu();
    x = linear(x, fit.parameters[i], fit.parameters[i + 1]);
  }
  if (fit.loss == LossKind::squared_error) return squared_error(x, fit.targets.values);
  if (x.size(-1) == 1) x = at::cat({at::zeros_like(x), x}, -1);
  return cross_entropy(x, fit.targets.classes);
}

/// The plain twin of `dense_gradients` with the input's.
Tensors plain_gradients(const DenseFit& fit) {
  Tensors wanted = fit.parameters;
  const Tensor input = read(fit);
  wanted.push_back(input);
  return gradients(plain_losses(fit, input).sum(), wanted, true);
}

/// A number that reads every entry of `tensors`, each by a weight of its own.
Tensor mixed(const Tensors& tensors) {
  Tensor sum = number(0);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    sum = sum + (tensors[i] * drawn(50 + i, tensors[i].sizes()).detach()).sum();
    sum = sum + tensors[i].pow(3).sum();
  }
  return sum;
}

void expect_same(const Tensors& found, const Tensors& expected, const std::string& what) {
  ASSERT_EQ(found.size(), expected.size()) << what;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double scale = 1 + expected[i].detach().abs().max().item<double>();
    EXPECT_LT(distance(found[i], expected[i]), 1e-12 * scale) << what << ", number " << i;
  }
}

/// As `gradients`, leaving the graph as it is.
Tensors derivatives(const Tensors& outputs, const Tensors& inputs, bool graph) {
  Tensors found = torch::autograd::grad({mixed(outputs)}, inputs, {}, true, graph, true);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found[i].defined()) found[i] = at::zeros_like(inputs[i]);
  }
  return found;
}

/// Values, the derivatives that the way back computes, and those of its graph.
void expect_same_derivatives(const Tensors& found, const Tensors& expected, const Tensors& inputs,
                             const std::string& what) {
  expect_same(found, expected, what);
  const Tensors first = derivatives(expected, inputs, true);
  EXPECT_GT(mixed(first).abs().item<double>(), 1e-3) << "nothing to compare: " << what;
  expect_same(derivatives(found, inputs, false), first, what + ", derivatives");
  const Tensors again = derivatives(found, inputs, true);
  expect_same(again, first, what + ", derivatives with a graph");
  expect_same(derivatives(again, inputs, false), derivatives(first, inputs, false),
              what + ", second derivatives");
}

TEST(DenseGradients, EqualTheGraphsInEveryOrder) {
  for (const Kind& kind : kinds()) {
    const DenseFit fit = fit_of(kind);
    ASSERT_TRUE(has_dense_gradients(fit));
    Tensors expected = plain_gradients(fit);
    expect_same_derivatives(dense_gradients(fit, true), expected, inputs_of(fit), name_of(kind));
    expected.pop_back();
    expect_same_derivatives(dense_gradients(fit, false), expected, inputs_of(fit), name_of(kind));
  }
}

/// What moves and its rate may both be functions of the same numbers: two steps at a learned rate.
TEST(DenseGradients, ArePartialWhereInputsDependOnEachOther) {
  for (const Kind& kind : kinds()) {
    // The coefficients stand for the same units.
    const DenseFit start = fit_of(kind, kUnits);
    const Tensor rate = leaf(number(.3));
    const auto two_steps = [&](const auto& step) {
      DenseFit fit = start;
      for (int i = 0; i < 2; ++i) step(fit);
      return fit.parameters;
    };
    const auto place = [](DenseFit& fit, const Tensors& moved) {
      for (std::size_t i = 0; i < fit.parameters.size(); ++i) fit.parameters[i] = moved[i];
      if (fit.gram.defined()) fit.coefficients = moved.back();
    };
    const Tensors found = two_steps([&](DenseFit& fit) {
      place(fit, dense_step(fit, Tensors(inputs_of(fit).size() - 1, rate)));
    });
    const Tensors expected = two_steps([&](DenseFit& fit) {
      Tensors moved = fit.parameters;
      if (fit.gram.defined()) moved.push_back(fit.coefficients);
      const Tensors slopes = plain_gradients(fit);
      for (std::size_t i = 0; i < moved.size(); ++i) moved[i] = moved[i] - rate * slopes[i];
      place(fit, moved);
    });
    Tensors inputs = inputs_of(start);
    inputs.push_back(rate);
    expect_same_derivatives(found, expected, inputs, name_of(kind));
  }
}

TEST(DenseGradients, OfAStepOfDescentEqualTheGraphsInEveryOrder) {
  for (const Kind& kind : kinds()) {
    // The coefficients are of the units that are fitted.
    const DenseFit fit = fit_of(kind, kUnits);
    Tensors before = fit.parameters;
    Tensors expected = plain_gradients(fit);
    if (kind.spanned) {
      before.push_back(fit.coefficients);
    } else {
      expected.pop_back();
    }
    Tensors rates;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      rates.push_back(leaf(number(.1 + .2 * static_cast<double>(i))));
      expected[i] = before[i] - rates[i] * expected[i];
    }
    Tensors inputs = inputs_of(fit);
    inputs.insert(inputs.end(), rates.begin(), rates.end());
    expect_same_derivatives(dense_step(fit, rates), expected, inputs, name_of(kind));
  }
}

TEST(DenseGradients, OfTheLossesEqualTheGraphsInEveryOrder) {
  for (const Kind& kind : kinds()) {
    const DenseFit fit = fit_of(kind);
    expect_same_derivatives({dense_losses(fit)}, {plain_losses(fit, read(fit))}, inputs_of(fit),
                            name_of(kind));
  }
}

TEST(DenseGradients, AgreeWithCentralDifferences) {
  for (const Kind& kind : kinds()) {
    const DenseFit fit = fit_of(kind);
    const auto reading = [&](const DenseFit& at) {
      return mixed(dense_gradients(at, true)).item<double>();
    };
    const Tensors found = gradients(mixed(dense_gradients(fit, true)), fit.parameters, false);
    for (std::size_t i = 0; i < fit.parameters.size(); ++i) {
      const Tensor direction = drawn(90 + i, fit.parameters[i].sizes()).detach();
      const auto moved = [&](double by) {
        DenseFit other = fit;
        other.parameters[i] = leaf(fit.parameters[i] + by * direction);
        return reading(other);
      };
      const double expected = (moved(1e-6) - moved(-1e-6)) / 2e-6;
      const double scale = 1 + std::abs(expected);
      EXPECT_NEAR((found[i] * direction).sum().item<double>(), expected, 1e-6 * scale)
          << name_of(kind) << ", parameter " << i;
    }
  }
}

TEST(DenseGradients, EpisodesMayShareTheirParameters) {
  const Kind kind{{3, 6, 2}, LossKind::squared_error};
  DenseFit fit = fit_of(kind);
  Tensors shared;
  for (Tensor& parameter : fit.parameters) {
    shared.push_back(leaf(parameter[0]));
    auto shape = parameter.sizes().vec();
    parameter = shared.back().unsqueeze(0).expand(shape);
  }
  expect_same_derivatives(
      dense_gradients(fit, false),
      [&] {
        Tensors all = plain_gradients(fit);
        all.pop_back();
        return all;
      }(),
      shared, "shared");
}

TEST(DenseGradients, AreThoseOfFloatToItsPrecision) {
  for (const Kind& kind : kinds()) {
    const DenseFit fit = fit_of(kind);
    DenseFit rough = fit;
    for (Tensor* tensor : {&rough.x, &rough.gram, &rough.coefficients, &rough.targets.values}) {
      if (tensor->defined()) *tensor = tensor->detach().to(at::kFloat);
    }
    for (Tensor& parameter : rough.parameters) parameter = parameter.detach().to(at::kFloat);
    const Tensors found = dense_gradients(rough, true);
    const Tensors expected = plain_gradients(fit);
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_LT(distance(found[i].to(at::kDouble), expected[i]), 1e-5) << name_of(kind) << " " << i;
    }
  }
}

TEST(DenseGradients, HaveNoLoopForWhatTheyDoNotKnow) {
  const DenseFit fit = fit_of({{7, 3}, LossKind::cross_entropy});
  DenseFit other = fit;
  other.targets.classes = Tensor();
  EXPECT_FALSE(has_dense_gradients(other));
  other = fit;
  other.parameters[0] = other.parameters[0].to(at::kFloat);
  EXPECT_FALSE(has_dense_gradients(other));
  other = fit_of({{7, 3}, LossKind::cross_entropy, Activation::relu, true});
  other.gram = leaf(other.gram);
  EXPECT_FALSE(has_dense_gradients(other));
}

}  // namespace
}  // namespace inkling
