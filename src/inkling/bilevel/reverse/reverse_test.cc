#include "inkling/bilevel/reverse/reverse.h"

#include <gtest/gtest.h>

#include "inkling/bilevel/inner_loop.h"
#include "inkling/bilevel/toy_bilevel.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::number;
using testing_help::ToyBilevel;

TEST(Reverse, WithFewStatesKeptGivesTheSameBits) {
  const ToyBilevel toy;
  const InnerProblem problem = toy.problem(17, chain({adam(), decay()}));
  const Params plain = reverse()->estimate(problem, toy.objective(), toy.hyper()).gradient;
  for (const std::int64_t slots : {1, 2, 5, 16, 40}) {
    const Params few =
        reverse({.slots = slots})->estimate(problem, toy.objective(), toy.hyper()).gradient;
    for (const auto& [name, value] : plain) EXPECT_TRUE(at::equal(few.at(name), value)) << slots;
  }
}

TEST(Reverse, SaysHowFarATruncatedGradientIsOff) {
  const ToyBilevel toy;
  const InnerProblem problem = toy.problem(40, sgd());
  const auto through = [&](std::int64_t window, bool measure) {
    return truncated(window, measure)->estimate(problem, toy.objective(), toy.hyper());
  };
  const Hypergradient measured = through(4, true);
  const Params four = through(4, false).gradient;
  const Params eight = through(8, false).gradient;
  for (const auto& [name, value] : four) {
    EXPECT_TRUE(at::equal(measured.gradient.at(name), value)) << "of the window that was asked for";
  }
  EXPECT_NEAR(*measured.trust.truncation_bias, relative_distance(four, eight), 1e-12);
  EXPECT_GT(*measured.trust.truncation_bias, .1);
  EXPECT_FALSE(through(4, false).trust.truncation_bias.has_value());
  // Where twice the window is the whole training it is the bias itself.
  const Params all = reverse()->estimate(problem, toy.objective(), toy.hyper()).gradient;
  const Hypergradient half = through(30, true);
  EXPECT_NEAR(*half.trust.truncation_bias, relative_distance(half.gradient, all), 1e-12);
  EXPECT_NEAR(*through(40, true).trust.truncation_bias, 0, 1e-12);
}

TEST(Reverse, RefusesAWindowOfNothing) {
  EXPECT_EQ(error_of([] { truncated(0); }).kind(), ErrorKind::usage);
  EXPECT_EQ(error_of([] { reverse({.slots = -1}); }).kind(), ErrorKind::usage);
}

TEST(Reverse, ChoosesAsManySlotsAsFit) {
  const ToyBilevel toy;
  const std::int64_t state = 8 * 3 * (4 * 5 + 5 * 3);
  const InnerProblem problem = toy.problem(100, adam());
  EXPECT_EQ(slots_for(problem, toy.hyper(), 7 * state + 5), 7);
  EXPECT_EQ(slots_for(problem, toy.hyper(), 0), 1);
  EXPECT_EQ(slots_for(problem, toy.hyper(), 1000 * state), 99);
}

/// MAML's unroll is the same: with the first parameters as hyperparameters.
TEST(Reverse, EqualsTheMetaGradientOfAnInnerLoop) {
  for (const char* encoder : {"average dimensions=4 scale=0.5",
                              "cnn dimensions=4 filters=5 "
                              "widths=2,3 scale=0.5"}) {
    const conformance::World world = conformance::world_of(encoder, "maml", false);
    const Record record = world.source()->make(std::vector<std::uint64_t>{0});
    const Params meta =
        detached(localised(*world.learner, world.learner->init(Key{3}), record, true));
    const Network& model = world.learner->model();
    Params hyper =
        meta.where([&](const std::string& name) { return adapts(model, Adapt::all, name); });
    const std::vector<std::string> moving = hyper.names();
    hyper.set("learning_rate", number(.2));
    hyper.set("momentum", number(.7));

    InnerProblem problem;
    problem.loss = [&](const Params& params, const Hyper&, std::int64_t step) {
      Context context;
      context.step = step;
      const Params all = meta.merged(params);
      const Tensor scores = model.score(all, model.encode(all, record.support, context), context);
      return model.loss(scores, record.support_targets, context).sum();
    };
    problem.transform = momentum();
    problem.steps = 4;
    problem.start = [&](const Hyper& of) {
      return of.where(
          [&](const std::string& name) { return std::ranges::find(moving, name) != moving.end(); });
    };
    const Objective objective = {[&](const Params& params, const Hyper&) {
      const Params all = meta.merged(params);
      const Tensor scores = model.score(all, model.encode(all, record.query, {}), {});
      return model.loss(scores, record.query_targets, {}).sum();
    }};
    const Hypergradient found = reverse()->estimate(problem, objective, hyper);

    const Params leaf_of = leaves(hyper);
    Context context;
    context.hyper = leaf_of.where(
        [](const std::string& name) { return name == "learning_rate" || name == "momentum"; });
    InnerOptions options;
    options.transform = momentum();
    InnerLoop loop(model, meta.merged(leaf_of), record.support, record.support_targets, context,
                   options);
    loop.advance(4);
    const Tensor loss = model.loss(loop.scores(record.query), record.query_targets, context).sum();
    EXPECT_NEAR(loss.item<double>(), found.objective, 1e-12);
    const std::vector<Tensor> expected = gradients(loss, leaf_of.tensors(), false);
    std::size_t i = 0;
    for (const auto& [name, value] : found.gradient) {
      EXPECT_LT(distance(value, expected[i++]), 1e-12) << encoder << " " << name;
    }
  }
}

}  // namespace
}  // namespace inkling
