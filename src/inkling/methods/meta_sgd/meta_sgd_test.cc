#include "inkling/methods/meta_sgd/meta_sgd.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "inkling/bilevel/tensor_bytes.h"
#include "inkling/methods/test_help.h"
#include "tests/oracle/toy_problems.h"

namespace inkling::meta_sgd {
namespace {

using testing_help::distance;
using testing_help::MethodProblem;

constexpr const char* kTable = "encoder.embedding";

TEST(MetaSgd, WithTheRatesItBeginsFromIsMaml) {
  for (const char* granularity : {"element", "tensor"}) {
    const MethodProblem one(
        cat("meta-sgd inner-steps=3 inner-learning-rate=0.3 granularity=", granularity));
    const MethodProblem maml("maml inner-steps=3 inner-learning-rate=0.3");
    EXPECT_LT(distance(one.meta_loss(), maml.meta_loss()), 1e-13);
    EXPECT_LT(distance(one.curve().back(), maml.curve().back()), 1e-13);
    const auto found = one.meta_gradient().gradients;
    const auto expected = maml.meta_gradient().gradients;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_LT(distance(found[i], expected[i]), 1e-13) << i;
    }
  }
}

TEST(MetaSgd, ATensorsRateHasTheSumOfItsElementsGradients) {
  const MethodProblem element("meta-sgd inner-steps=2");
  const MethodProblem tensor("meta-sgd inner-steps=2 granularity=tensor");
  const auto found = tensor.meta_gradient().gradients;
  const auto expected = element.meta_gradient().gradients;
  ASSERT_EQ(found.size(), 6) << "three parameters and their rates";
  ASSERT_EQ(expected.size(), 6);
  for (std::size_t i = 3; i < 6; ++i) {
    EXPECT_LT(distance(found[i], expected[i].sum()), 1e-13) << i;
    EXPECT_GT(found[i].abs().item<double>(), 1e-5);
  }
}

TEST(MetaSgd, ARateOfZeroLeavesItsElementAlone) {
  MethodProblem problem("meta-sgd inner-steps=2");
  Tensor rates = problem.meta.at("rate.head.weight").detach().clone();
  rates[1].fill_(0);
  problem.meta.set("rate.head.weight", rates);
  const Tensor moved =
      (problem.adapted().params.at("head.weight") - problem.meta.at("head.weight")).abs();
  EXPECT_EQ(moved[1].item<double>(), 0);
  EXPECT_GT(moved[0].item<double>(), 1e-6);
}

TEST(MetaSgd, LearnsTheSignOfARate) {
  // The support pulls towards 1, the query lies at -1.
  Record record = toy::quadratic_tasks({{1, 1}});
  record.query_targets.values = toy::numbers({1, -1}, {1, 1, 2});
  const auto method = make({});
  Context context;
  context.hyper = method->hyper(at::kDouble);
  Params meta = method->init(toy::Quadratic(), Key{});
  ASSERT_EQ(meta.names(), (std::vector<std::string>{"encoder.theta", "rate.encoder.theta"}));
  for (int step = 0; step < 50; ++step) {
    const Params at = leaves(meta);
    const auto found = method->meta_gradient(toy::Quadratic(), at, record, context).gradients;
    meta.set("rate.encoder.theta", (at.at("rate.encoder.theta") - .1 * found[1]).detach());
  }
  EXPECT_LT(meta.at("rate.encoder.theta").item<double>(), -.5);
}

TEST(MetaSgd, HasRatesOfWhatMovesAlone) {
  const auto rates = [](const std::string& method, const std::string& encoder) {
    std::vector<std::string> names;
    for (const std::string& name : MethodProblem(method, {2, 2, 3}, encoder).meta.names()) {
      if (name.starts_with("rate.")) names.push_back(name.substr(5));
    }
    return names;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(rates("meta-sgd", "average dimensions=4"), (Names{kTable, "head.weight", "head.bias"}));
  EXPECT_EQ(rates("meta-sgd adapt=body", "average dimensions=4"), Names{kTable});
  EXPECT_EQ(rates("meta-sgd", "average dimensions=4 tune-vectors=false"),
            (Names{"head.weight", "head.bias"}));
  EXPECT_EQ(rates("meta-sgd granularity=tensor adapt=head", "average dimensions=4"),
            (Names{"head.weight.tensor", "head.bias.tensor"}));
}

TEST(MetaSgd, AnAdaptedModelHoldsNoRates) {
  EXPECT_EQ(MethodProblem("meta-sgd").adapted().params.names(),
            (std::vector<std::string>{kTable, "head.weight", "head.bias"}));
}

/// That of a training, dropout and all.
Method::MetaGradient training_gradient(const MethodProblem& problem) {
  Context context = problem.world.context();
  context.training = true;
  context.key = Key{5};
  return problem.method().meta_gradient(problem.model(), problem.meta, problem.record, context);
}

/// The gradient of the meta parameter `name`.
Tensor gradient_of(const MethodProblem& problem, const std::string& name) {
  const auto found = training_gradient(problem).gradients;
  std::size_t i = 0;
  for (const auto& [own, value] : problem.meta) {
    if (!value.requires_grad()) continue;
    if (own == name) return found.at(i);
    ++i;
  }
  throw std::runtime_error(name);
}

TEST(MetaSgd, ForwardModesRatesHaveReverseModesGradientsAndTheRestIsOfFirstOrder) {
  for (const char* more :
       {"", " inner-optimiser=momentum", " adapt=head", " adapt=body", " inner-clip=0.3"}) {
    const std::string of =
        cat("meta-sgd granularity=tensor inner-steps=4 inner-learning-rate=0.4", more);
    for (const char* encoder : {"average dimensions=4 scale=0.5 dropout=0.3",
                                "cnn dimensions=4 filters=5 widths=2,3 scale=0.5"}) {
      if (std::string(encoder).starts_with("cnn") && *more != 0) continue;
      const auto problem = [&](const char* option) {
        return MethodProblem(cat(of, " ", option), {2, 2, 3}, encoder);
      };
      const MethodProblem forward = problem("estimator=forward");
      const MethodProblem reverse = problem("estimator=reverse");
      const MethodProblem first = problem("first-order=true");
      EXPECT_LT(distance(training_gradient(forward).losses, training_gradient(reverse).losses),
                1e-13);
      for (const auto& [name, value] : forward.meta) {
        if (!value.requires_grad()) continue;
        const bool rate = name.starts_with("rate.");
        const Tensor found = gradient_of(forward, name);
        EXPECT_LT(distance(found, gradient_of(rate ? reverse : first, name)), 1e-13)
            << of << " " << encoder << " " << name;
        if (rate) {
          EXPECT_GT(found.abs().item<double>(), 1e-6) << name;
          EXPECT_GT(distance(found, gradient_of(first, name)), 1e-8) << name;
        }
      }
    }
  }
}

TEST(MetaSgd, ForwardModeAddsEpisodes) {
  const MethodProblem one("meta-sgd granularity=tensor estimator=forward inner-steps=3");
  const auto of = [&](const std::vector<std::uint64_t>& numbers) {
    const Record record = one.world.source()->make(numbers);
    const Params meta =
        localised(*one.world.learner, one.world.learner->init(Key{3}), record, true);
    return one.method().meta_gradient(one.model(), meta, record, one.world.context());
  };
  const auto both = of({0, 1});
  const auto first = of({0});
  const auto second = of({1});
  EXPECT_EQ(both.losses.sizes(), (std::vector<std::int64_t>{2}));
  for (std::size_t i = 3; i < 6; ++i) {
    EXPECT_LT(distance(both.gradients[i], first.gradients[i] + second.gradients[i]), 1e-13);
  }
}

TEST(MetaSgd, ForwardModesMemoryDoesNotGrowWithTheSteps) {
  const auto peak = [](const char* estimator, int steps) {
    const MethodProblem problem(
        cat("meta-sgd granularity=tensor estimator=", estimator, " inner-steps=", steps));
    problem.meta_gradient();
    return peak_bytes([&] { problem.meta_gradient(); });
  };
  const std::int64_t few = peak("forward", 5);
  const std::int64_t many = peak("forward", 100);
  EXPECT_GT(few, 0);
  EXPECT_LT(static_cast<double>(many), 1.1 * static_cast<double>(few));
  EXPECT_GT(peak("reverse", 100), 10 * peak("reverse", 5));
}

TEST(MetaSgd, ForwardModeRefusesARateAWeight) {
  Options options;
  options.estimator = "forward";
  const Error error = testing_help::error_of([&] { make(options); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.where().field, "estimator");
  options.granularity = "tensor";
  EXPECT_FALSE(make(options)->traits().second_order);
  options.checkpoints = 3;
  EXPECT_EQ(testing_help::error_of([&] { make(options); }).where().field, "checkpoints");
}

TEST(MetaSgd, RatesMoveAtTheirOwnSpeed) {
  for (const char* name : {"meta-sgd", "maml++"}) {
    const MethodProblem problem(cat(name, " rate-speed=30"));
    for (const auto& [own, value] : problem.meta) {
      EXPECT_EQ(problem.method().speed(own), own.starts_with("rate.") ? 30 : 1) << own;
    }
  }
}

}  // namespace
}  // namespace inkling::meta_sgd
