// Inner loops whose gradients have a closed form, beside the same from the graph.
#include <gtest/gtest.h>

#include "inkling/bilevel/inner_loop.h"
#include "inkling/tensor/test_help.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

using testing_help::distance;
using testing_help::number;

constexpr int kSteps = 3;

/// Episodes of sine waves and dense layers.
struct Waves {
  explicit Waves(const ConfigValues& values)
      : learner(config_from_values({{"task", {{"name", "sinusoid"}}},
                                    {"encoder", values.at("encoder")},
                                    {"train", {{"dtype", "float64"}}}}),
                std::nullopt, {}),
        record(learner.source(nullptr, learner.shape(), Key{5})
                   ->make(std::vector<std::uint64_t>{0, 1, 2})),
        start(learner.init(Key{3})) {}
  Learner learner;
  Record record;
  Params start;
};

/// Texts whose features do not move, so that all that moves is the head.
struct Texts {
  Texts()
      : world(
            conformance::world_of("cnn dimensions=4 filters=5 widths=2,3 scale=0.5", "maml", true)),
        record(world.source()->make(std::vector<std::uint64_t>{0, 1, 2})),
        start(localised(*world.learner, world.learner->init(Key{3}), record, false)) {}
  conformance::World world;
  Record record;
  Params start;
};

/// The query's losses after some steps, then their gradients with respect to the start and what is
/// in `own`.
std::vector<Tensor> outcome(const Network& model, const Record& record, const Params& start,
                            const InnerOptions& options, const Hyper& own) {
  const Params meta = leaves(start);
  Context context;
  context.hyper =
      Hyper{{"learning_rate", leaf(number(.02))}, {"momentum", leaf(number(.7))}}.merged(own);
  InnerLoop loop(model, meta, record.support, record.support_targets, context, options);
  loop.prepare(record.query);
  loop.advance(kSteps);
  EXPECT_EQ(loop.steps(), kSteps);
  const Tensor losses = loop.loss(record.query, record.query_targets);
  EXPECT_LT(distance(losses, model.loss(loop.scores(record.query), record.query_targets, context)),
            1e-12);
  std::vector<Tensor> all = {losses};
  std::vector<Tensor> inputs = meta.tensors();
  for (const auto& [name, value] : context.hyper) inputs.push_back(value);
  const auto found = gradients(losses.sum(), inputs, false);
  all.insert(all.end(), found.begin(), found.end());
  return all;
}

void expect_as_the_graph(const Network& model, const Record& record, const Params& start,
                         InnerOptions options, const Hyper& own, const std::string& what) {
  options.dense = false;
  const auto found = outcome(model, record, start, options, own);
  options.dense = true;
  const auto expected = outcome(model, record, start, options, own);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_LT(distance(found[i], expected[i]), 1e-10) << what << " " << i;
  }
  EXPECT_GT(expected[1].abs().max().item<double>(), 1e-4) << "nothing to compare: " << what;
}

void expect_as_the_graph(const Network& model, const Record& record, const Params& start) {
  const auto with = [&](const TransformPtr& transform, const char* what, const Hyper& own = {}) {
    for (const Adapt adapt : {Adapt::all, Adapt::body, Adapt::head}) {
      for (const auto outer :
           {InnerOptions::Outer::second_order, InnerOptions::Outer::first_order}) {
        InnerOptions options;
        options.transform = transform;
        options.adapt = adapt;
        options.outer = outer;
        expect_as_the_graph(model, record, start, options, own, what);
        options.checkpoints = 1;
        expect_as_the_graph(model, record, start, options, own, cat(what, " kept in part"));
      }
    }
  };
  const std::string weight = "head.weight";
  with(sgd(), "descent");
  with(momentum(), "momentum");
  with(chain({clip(.5, true), adam()}), "clipped Adam");
  with(sgd(), "a rate of its own", {{cat("learning_rate.", weight), leaf(number(.05))}});
  with(sgd(), "a rate a step",
       {{cat("step.learning_rate.", weight), leaf(tensor_of(std::vector<double>{.05, .01}))}});
  with(sgd(), "a rate an element",
       {{cat("learning_rate.", weight),
         leaf(uniform(Key{4}, start.at(weight).sizes(), 0, .1, at::kDouble))}});
}

TEST(ClosedForm, OfDenseLayersEqualsTheGraph) {
  for (const auto& encoder :
       {std::map<std::string, std::string>{{"name", "dense"}, {"hidden", "6"}},
        std::map<std::string, std::string>{
            {"name", "dense"}, {"hidden", "5"}, {"layers", "3"}, {"activation", "tanh"}}}) {
    const Waves waves({{"encoder", encoder}});
    expect_as_the_graph(waves.learner.model(), waves.record, waves.start);
  }
}

TEST(ClosedForm, OfAHeadOverFeaturesEqualsTheGraph) {
  const Texts texts;
  expect_as_the_graph(texts.world.learner->model(), texts.record, texts.start);
}

TEST(ClosedForm, IsTheSameForEpisodesTogetherAndAlone) {
  const Waves waves({{"encoder", {{"name", "dense"}, {"hidden", "6"}}}});
  InnerOptions options;
  options.transform = sgd();
  const auto losses = [&](std::vector<std::uint64_t> numbers) {
    const Record record =
        waves.learner.source(nullptr, waves.learner.shape(), Key{5})->make(numbers);
    return outcome(waves.learner.model(), record, waves.start, options, {})[0];
  };
  EXPECT_TRUE(at::equal(losses({0, 1, 2}), at::cat({losses({0}), losses({1}), losses({2})})));
}

}  // namespace
}  // namespace inkling
