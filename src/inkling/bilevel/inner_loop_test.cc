#include "inkling/bilevel/inner_loop.h"

#include <gtest/gtest.h>

#include "inkling/base/temporary_folder.h"
#include "inkling/tensor/test_help.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

using conformance::World;
using conformance::world_of;
using testing_help::distance;
using testing_help::number;
using testing_help::numbers;

constexpr int kSteps = 4;

/// Everything an inner loop gives after some steps, with the gradient of the query's loss.
struct Outcome {
  Tensor query;
  Tensor support_loss;
  Params weights;
  std::vector<Tensor> gradients;  ///< of the meta parameters, then of the learning rate
};

struct Problem {
  explicit Problem(const std::string& encoder = "average dimensions=4 scale=0.5")
      : world(world_of(encoder, "maml", false)),
        record(world.source()->make(std::vector<std::uint64_t>{0, 1, 2})),
        meta(localised(*world.learner, world.learner->init(Key{3}), record, true)) {}

  const Network& model() const { return world.learner->model(); }

  /// @param own  hyperparameters beside the learning rate and the momentum
  Outcome run(const InnerOptions& options, int steps = kSteps, const Hyper& own = {}) const {
    Context context;
    const Tensor leaf_rate = leaf(number(.4));
    context.key = Key{8};
    context.training = true;
    context.hyper = Hyper{{"learning_rate", leaf_rate}, {"momentum", number(.7)}}.merged(own);
    InnerLoop loop(model(), meta, record.support, record.support_targets, context, options);
    for (int i = 0; i < steps; ++i) loop.step();
    Outcome outcome;
    outcome.query = loop.scores(record.query);
    outcome.support_loss = loop.support_loss();
    outcome.weights = loop.weights();
    std::vector<Tensor> inputs;
    for (const auto& [name, value] : meta) {
      if (value.requires_grad()) inputs.push_back(value);
    }
    inputs.push_back(leaf_rate);
    for (const auto& [name, value] : own) inputs.push_back(value);
    outcome.gradients =
        gradients(model().loss(outcome.query, record.query_targets, context).sum(), inputs, false);
    return outcome;
  }

  World world;
  Record record;
  Params meta;
};

InnerOptions options_of(TransformPtr transform, bool dense = false, Adapt adapt = Adapt::all) {
  InnerOptions options;
  options.transform = std::move(transform);
  options.dense = dense;
  options.adapt = adapt;
  return options;
}

void expect_equal(const Outcome& a, const Outcome& b, double tolerance) {
  EXPECT_LT(distance(a.query, b.query), tolerance);
  EXPECT_LT(distance(a.support_loss, b.support_loss), tolerance);
  for (const auto& [name, value] : b.weights)
    EXPECT_LT(distance(a.weights.at(name), value), tolerance) << name;
  for (std::size_t i = 0; i < b.gradients.size(); ++i) {
    EXPECT_GT(b.gradients[i].abs().max().item<double>(), 1e-4) << "nothing to compare: " << i;
    EXPECT_LT(distance(a.gradients[i], b.gradients[i]), tolerance) << "gradient " << i;
  }
}

TEST(InnerLoop, FactoredEqualsDense) {
  for (const char* encoder :
       {"average dimensions=4 scale=0.5", "average dimensions=4 scale=0.5 weighting=sif",
        "average dimensions=4 scale=0.5 dropout=0.3"}) {
    const Problem problem(encoder);
    for (const TransformPtr& transform : {sgd(), momentum(), chain({momentum(), momentum()})}) {
      for (const Adapt adapt : {Adapt::all, Adapt::body}) {
        expect_equal(problem.run(options_of(transform, false, adapt)),
                     problem.run(options_of(transform, true, adapt)), 1e-10);
      }
    }
  }
}

TEST(InnerLoop, FactoredEqualsDenseWithRatesOfItsOwn) {
  const Problem problem;
  const Tensor& table = problem.meta.at("encoder.embedding");
  const auto own = [](const char* name, const Tensor& value) { return Hyper{{name, leaf(value)}}; };
  for (const Hyper& hyper :
       {own("learning_rate.encoder.embedding", number(.6)),
        own("learning_rate.encoder.embedding", numbers({.2, .4, .6}, {3, 1, 1})),
        own("learning_rate.encoder.embedding", numbers({.2, .4, -.6, .1}, {4})),
        own("step.learning_rate.encoder.embedding", numbers({.2, .4, .6}, {3})),
        own("learning_rate.encoder.embedding", uniform(Key{4}, table.sizes(), 0, .6, at::kDouble)),
        own("step.momentum.encoder.embedding",
            uniform(Key{4}, {3, table.size(0), 1}, 0, .6, at::kDouble))}) {
    expect_equal(problem.run(options_of(momentum()), kSteps, hyper),
                 problem.run(options_of(momentum(), true), kSteps, hyper), 1e-10);
  }
}

TEST(InnerLoop, FactoredEqualsDenseInFirstOrder) {
  const Problem problem;
  InnerOptions factored = options_of(momentum());
  factored.outer = InnerOptions::Outer::first_order;
  InnerOptions dense = factored;
  dense.dense = true;
  expect_equal(problem.run(factored), problem.run(dense), 1e-10);
}

TEST(InnerLoop, FirstOrderTakesTheGradientOfTheAdaptedWeights) {
  const Problem problem;
  InnerOptions options = options_of(sgd(), true);
  options.outer = InnerOptions::Outer::first_order;
  const Outcome outcome = problem.run(options);
  const Params adapted = leaves(outcome.weights);
  Context context;
  context.training = true;
  const Tensor scores = problem.model().score(
      adapted, problem.model().encode(adapted, problem.record.query, context), context);
  const auto expected =
      gradients(problem.model().loss(scores, problem.record.query_targets, context).sum(),
                adapted.tensors(), false);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_LT(distance(outcome.gradients[i], expected[i].sum(0)), 1e-12) << i;
  }
  options.outer = InnerOptions::Outer::second_order;
  EXPECT_GT(distance(problem.run(options).gradients[0], outcome.gradients[0]), 1e-4);
}

TEST(InnerLoop, AnUntrackedFitReachesTheSameWeights) {
  const Problem problem;
  InnerOptions options = options_of(momentum());
  const Outcome tracked = problem.run(options);
  options.outer = InnerOptions::Outer::none;
  const Outcome plain = problem.run(options);
  EXPECT_LT(distance(plain.query, tracked.query), 1e-12);
  EXPECT_LT(
      distance(plain.weights.at("encoder.embedding"), tracked.weights.at("encoder.embedding")),
      1e-12);
}

/// Steps of SGD on the head, the features computed again in each.
TEST(InnerLoop, FeaturesComputedOnceEqualFeaturesComputedAgain) {
  for (const char* encoder :
       {"average dimensions=4 scale=0.5", "cnn dimensions=4 filters=5 widths=2,3 scale=0.5"}) {
    const Problem problem(encoder);
    const Outcome once = problem.run(options_of(sgd(), false, Adapt::head));
    const Record& record = problem.record;
    const Tensor rate = leaf(number(.4));
    Context context;
    Params params = problem.meta;
    for (const char* name : {"head.weight", "head.bias"}) {
      const Tensor& value = params.at(name);
      params.set(name, at::stack({value, value, value}));
    }
    const auto scores = [&](const Batch& batch) {
      return problem.model().score(params, problem.model().encode(params, batch, context), context);
    };
    for (int i = 0; i < kSteps; ++i) {
      const Tensor loss =
          problem.model().loss(scores(record.support), record.support_targets, context).sum();
      const auto found = gradients(loss, {params.at("head.weight"), params.at("head.bias")}, true);
      params.set("head.weight", params.at("head.weight") - rate * found[0]);
      params.set("head.bias", params.at("head.bias") - rate * found[1]);
    }
    EXPECT_LT(distance(once.query, scores(record.query)), 1e-12);
    std::vector<Tensor> inputs = problem.meta.tensors();
    inputs.push_back(rate);
    const auto again =
        gradients(problem.model().loss(scores(record.query), record.query_targets, context).sum(),
                  inputs, false);
    for (std::size_t i = 0; i < again.size(); ++i) {
      EXPECT_LT(distance(once.gradients[i], again[i]), 1e-11) << encoder << " " << i;
    }
  }
}

TEST(InnerLoop, WeightsReproduceTheScores) {
  for (const char* encoder :
       {"average dimensions=4 scale=0.5", "cnn dimensions=4 filters=5 widths=2,3 scale=0.5"}) {
    const Problem problem(encoder);
    for (const Adapt adapt : {Adapt::all, Adapt::head, Adapt::body}) {
      const Outcome outcome = problem.run(options_of(momentum(), false, adapt));
      const Network& model = problem.model();
      const Tensor again =
          model.score(outcome.weights, model.encode(outcome.weights, problem.record.query, {}), {});
      EXPECT_LT(distance(again, outcome.query), 1e-12) << encoder;
    }
  }
}

TEST(InnerLoop, MovesThePartThatIsToAdapt) {
  const Problem problem;
  const auto moved = [&](Adapt adapt, const std::string& name) {
    const Tensor now = problem.run(options_of(sgd(), false, adapt)).weights.at(name);
    return distance(now, problem.meta.at(name).expand_as(now)) > 1e-6;
  };
  EXPECT_TRUE(moved(Adapt::all, "head.weight") && moved(Adapt::all, "encoder.embedding"));
  EXPECT_TRUE(moved(Adapt::head, "head.weight"));
  EXPECT_FALSE(moved(Adapt::head, "encoder.embedding"));
  EXPECT_TRUE(moved(Adapt::body, "encoder.embedding"));
  EXPECT_FALSE(moved(Adapt::body, "head.weight"));
}

TEST(InnerLoop, LeavesAFrozenTableAlone) {
  const Problem problem("average dimensions=4 scale=0.5 tune-vectors=false");
  const Outcome outcome = problem.run(options_of(sgd()));
  EXPECT_TRUE(
      at::equal(outcome.weights.at("encoder.embedding"), problem.meta.at("encoder.embedding")));
  EXPECT_EQ(outcome.weights.at("head.weight").size(0), 3);
}

TEST(InnerLoop, FixedColumnsStayInEveryForm) {
  const TemporaryFolder folder;
  const Problem problem(cat("average scale=0.5 learned-dimensions=3 vectors=",
                            conformance::world_vectors(folder.path())));
  const auto fixed = [](const Tensor& table) { return table.narrow(-1, 0, 2); };
  const auto learned = [](const Tensor& table) { return table.narrow(-1, 2, 3); };
  const Tensor& before = problem.meta.at("encoder.embedding");
  EXPECT_GT(fixed(before).abs().max().item<double>(), .1);
  const auto table_at = problem.meta.names();
  const auto place =
      static_cast<std::size_t>(std::ranges::find(table_at, "encoder.embedding") - table_at.begin());
  for (const TransformPtr& transform : {sgd(), momentum(), adam()}) {
    for (const bool dense : {false, true}) {
      const Outcome outcome = problem.run(options_of(transform, dense));
      const Tensor now = outcome.weights.at("encoder.embedding");
      EXPECT_TRUE(at::equal(fixed(now), fixed(before).expand_as(fixed(now))));
      EXPECT_GT(distance(learned(now), learned(before).expand_as(learned(now))), 1e-3);
      EXPECT_EQ(fixed(outcome.gradients[place]).abs().max().item<double>(), 0);
      EXPECT_GT(learned(outcome.gradients[place]).abs().max().item<double>(), 1e-4);
    }
    expect_equal(problem.run(options_of(transform)), problem.run(options_of(transform, true)),
                 1e-10);
  }
}

TEST(InnerLoop, StepsReduceTheSupportsLoss) {
  const Problem problem;
  const Tensor before = problem.run(options_of(sgd()), 0).support_loss;
  const Tensor after = problem.run(options_of(sgd()), 30).support_loss;
  EXPECT_TRUE((after < before - .01).all().item<bool>());
}

}  // namespace
}  // namespace inkling
