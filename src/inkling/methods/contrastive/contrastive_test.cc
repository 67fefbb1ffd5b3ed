#include "inkling/methods/contrastive/contrastive.h"

#include <gtest/gtest.h>

#include <cmath>

#include "inkling/methods/contrastive/info_nce.h"
#include "inkling/methods/test_help.h"
#include "tests/oracle/toy_problems.h"

namespace inkling::contrastive {
namespace {

using testing_help::distance;
using testing_help::MethodProblem;
using toy::number;
using toy::numbers;

constexpr EpisodeShape kTexts = {2, 2, 6};
constexpr const char* kEncoders[] = {
    "average dimensions=4 scale=0.5 dropout=0.3",
    "cnn dimensions=4 filters=5 widths=2,3 scale=0.5 dropout=0.3",
    "lstm dimensions=4 hidden=3 attention=3 scale=0.5 dropout=0.3"};

Context training(const MethodProblem& problem, Key key = Key{5}) {
  Context context = problem.world.context();
  context.training = true;
  context.key = key;
  return context;
}

TEST(Oracle, InfoNce) {
  // Views (1, 0), (0, 1) and (3, 4), (0, 2): cosines .6, 0; .8, 1.
  const Tensor a = numbers({1, 0, 0, 1}, {1, 2, 2});
  const Tensor b = numbers({3, 4, 0, 2}, {1, 2, 2});
  const double first = std::log1p(std::exp((0 - .6) / .5));
  const double second = std::log1p(std::exp((.8 - 1) / .5));
  EXPECT_NEAR(first, .26328246733803117, 1e-15);
  EXPECT_NEAR(second, .5130152523999526, 1e-15);
  EXPECT_NEAR(info_nce(a, b, number(.5)).item<double>(), (first + second) / 2, 1e-15);
  // Views that are the same and at right angles, at SimCSE's temperature.
  EXPECT_NEAR(info_nce(a, a, number(.05)).item<double>(), std::log1p(std::exp(-20.)), 1e-15);
  // A text alone is told from no other.
  EXPECT_EQ(info_nce(a.narrow(1, 0, 1), b.narrow(1, 0, 1), number(.5)).item<double>(), 0);
}

TEST(Contrastive, AViewOfLengthZeroHasAFiniteLossAndGradient) {
  const Tensor a = numbers({0, 0, 0, 1}, {1, 2, 2}).requires_grad_(true);
  const Tensor loss = info_nce(a, numbers({3, 4, 0, 2}, {1, 2, 2}), number(.05));
  EXPECT_TRUE(loss.isfinite().all().item<bool>());
  EXPECT_TRUE(gradients(loss.sum(), {a}, false)[0].isfinite().all().item<bool>());
}

TEST(Contrastive, TheGradientWithNoiseAgreesWithCentralDifferences) {
  for (const char* encoder : kEncoders) {
    MethodProblem problem("contrastive temperature=0.5 word-dropout=0.2", kTexts, encoder);
    const Context context = training(problem);
    const auto found =
        problem.method().meta_gradient(problem.model(), problem.meta, problem.record, context);
    const auto loss = [&](const Params& params) {
      return problem.method()
          .meta_loss(problem.model(), params, problem.record, context)
          .sum()
          .item<double>();
    };
    constexpr double kStep = 1e-6;
    std::size_t at = 0;
    double scale = 0;
    for (const auto& [name, value] : problem.meta) {
      const Tensor gradient = found.gradients.at(at++).reshape({-1});
      for (std::int64_t i = 0; i < value.numel(); i += 1 + value.numel() / 5) {
        const auto shifted = [&](double by) {
          Params other = problem.meta;
          const Tensor moved = value.detach().clone();
          moved.view({-1})[i] += by;
          other.set(name, moved);
          return loss(other);
        };
        const double difference = (shifted(kStep) - shifted(-kStep)) / (2 * kStep);
        EXPECT_NEAR(gradient[i].item<double>(), difference, 1e-6) << encoder << " " << name;
        scale = std::max(scale, std::abs(difference));
      }
    }
    EXPECT_GT(scale, 1e-4) << encoder;
  }
}

TEST(Contrastive, TheTwoReadingsHaveNoiseOfTheirOwn) {
  for (const char* encoder : kEncoders) {
    const MethodProblem problem("contrastive word-dropout=0", kTexts, encoder);
    const auto views = [&](const Context& context) {
      return problem.method().views(problem.model(), problem.meta, problem.record.query, context);
    };
    const auto [a, b] = views(training(problem));
    EXPECT_GT(distance(a, b), 1e-3) << encoder;
    const auto again = views(training(problem));
    EXPECT_TRUE(at::equal(a, again.first) && at::equal(b, again.second)) << encoder;
    EXPECT_GT(distance(a, views(training(problem, Key{6})).first), 1e-3) << encoder;
    const auto [still, also] = views(problem.world.context());
    EXPECT_TRUE(at::equal(still, also)) << "noise is of training alone: " << encoder;
  }
}

TEST(Contrastive, WordsAreLeftOutWhereTheEncoderHasNoNoise) {
  const MethodProblem problem("contrastive word-dropout=0.4", kTexts);
  const auto [a, b] = problem.method().views(problem.model(), problem.meta, problem.record.query,
                                             training(problem));
  EXPECT_GT(distance(a, b), 1e-3);
}

TEST(Contrastive, AdaptsAsPrototypesByCosineDo) {
  const MethodProblem problem("contrastive temperature=0.2");
  const MethodProblem plain("protonet distance=cosine logit-scale=5");
  EXPECT_LT(distance(problem.curve().back(), plain.curve().back()), 1e-13);
  const Adapted adapted = problem.adapted();
  EXPECT_EQ(adapted.head, "cosine");
  EXPECT_DOUBLE_EQ(adapted.scale, 5);
}

TEST(Contrastive, TrainingBringsTheTwoReadingsOfATextTogetherAndTextsApart) {
  MethodProblem problem("contrastive word-dropout=0", {2, 2, 8},
                        "average dimensions=8 scale=0.5 dropout=0.3");
  Params params = problem.meta;
  const auto loss = [&](std::uint64_t key) {
    return problem.method().meta_gradient(problem.model(), params, problem.record,
                                          training(problem, Key{key}));
  };
  const double before = loss(1000).losses.sum().item<double>();
  for (std::uint64_t step = 0; step < 60; ++step) {
    const auto found = loss(step);
    std::size_t at = 0;
    params = leaves(params.map([&](const std::string&, const Tensor& value) {
      return value.detach() - .1 * found.gradients.at(at++);
    }));
  }
  EXPECT_LT(loss(1000).losses.sum().item<double>(), .7 * before);
}

}  // namespace
}  // namespace inkling::contrastive
