#include "inkling/train/tuning_vectors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "inkling/base/file.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/bilevel/differences/differences.h"
#include "inkling/bilevel/forward/forward.h"
#include "inkling/bilevel/implicit/implicit.h"
#include "inkling/bilevel/reverse/reverse.h"
#include "inkling/tensor/test_help.h"
#include "inkling/train/tuning.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

using conformance::World;
using conformance::world_of;
using testing_help::error_of;

/// Half of 48 texts of two groups to train on, the others to validate with, in float64; a linear
/// model, so that there is one minimum.
struct Bench {
  explicit Bench(const TuneOptions& asked, const ConfigValues& more = {})
      : options(asked),
        world(
            world_of("average dimensions=1 scale=0.5 fixed-head=true", "supervised", false, more)),
        source(world.source({0, 0, 0})) {
    data.train = data.validation = source.get();
    data.domains = world.data.groups;
    for (const PoolExample& example : world.data.pool) data.domain_of.push_back(example.group);
    for (std::int64_t i = 0; i < std::ssize(world.data.pool); i += 2) data.overlap.push_back(i);
    problem = std::make_unique<TuningProblem>(
        *world.learner, data,
        tuned_hyperparameters(options.hyper, world.learner->config(), options.max_batch), options);
  }

  Hypergradient found(const EstimatorPtr& estimator) const {
    return estimator->estimate(problem->inner(), problem->objective(),
                               problem->hyper(problem->start()));
  }

  TuneOptions options;
  World world;
  std::unique_ptr<EpisodeSource> source;
  TuningData data;
  std::unique_ptr<TuningProblem> problem;
};

TuneOptions asked(std::vector<std::string> hyper, const std::string& estimator = "reverse") {
  TuneOptions options;
  options.hyper = std::move(hyper);
  options.inner_steps = 5;
  options.max_batch = 16;
  options.estimator = estimator;
  return options;
}

const ConfigValues kQuick = {{"train", {{"learning-rate", "0.1"}, {"batch", "16"}}}};

TEST(TuningVectors, EachHasTheGradientOfCentralDifferences) {
  for (const char* name :
       {"learning_rate/step=0.1", "learning_rate/layer=0.1", "learning_rate/layer-step=0.1",
        "weight_decay/layer=0.05", "weight_decay/word=0.05", "l2/word=0.01", "class_weight",
        "domain_weight", "example_weight"}) {
    SCOPED_TRACE(name);
    const Bench bench(asked({name}), kQuick);
    const std::vector<double> check =
        bench.problem->numbers(bench.found(central_differences()).gradient);
    EXPECT_EQ(check.size(), bench.problem->tuned()[0].numbers);
    EXPECT_GT(check.size(), 1);
    double largest = 0;
    for (const double slope : check) largest = std::max(largest, std::abs(slope));
    EXPECT_GT(largest, 1e-6);
    for (const EstimatorPtr& estimator : {reverse(), reverse({.slots = 2}), forward()}) {
      const auto gradient = bench.problem->numbers(bench.found(estimator).gradient);
      ASSERT_EQ(gradient.size(), check.size());
      for (std::size_t i = 0; i < check.size(); ++i) {
        EXPECT_NEAR(gradient[i], check[i], 1e-3 * largest) << i << " by " << estimator->name();
      }
    }
  }
}

TEST(TuningVectors, TheImplicitGradientIsThatOfTheMinimum) {
  for (const char* name : {"l2/word=0.01", "class_weight", "domain_weight", "example_weight"}) {
    SCOPED_TRACE(name);
    // A penalty makes the minimum one of few numbers that are not large.
    TuneOptions options = asked({"l2=0.01"}, "implicit-cg");
    if (std::string_view(name) != "l2/word=0.01")
      options.hyper.push_back(name);
    else
      options.hyper = {name};
    const Bench bench(options);
    ImplicitOptions exact;
    exact.newton = NewtonOptions();
    exact.solved_share = 1e-11;
    const EstimatorPtr estimator = implicit(exact);
    const Hypergradient found = bench.found(estimator);
    EXPECT_TRUE(found.trust.converged.value());
    const std::vector<double> gradient = bench.problem->numbers(found.gradient);
    const std::vector<double> start = bench.problem->start();
    double largest = 0;
    for (const double slope : gradient) largest = std::max(largest, std::abs(slope));
    for (std::size_t i = 0; i < start.size(); i += 1 + start.size() / 12) {
      const auto objective = [&](double step) {
        std::vector<double> values = start;
        values[i] += step;
        return estimator
            ->estimate(bench.problem->inner(), bench.problem->objective(),
                       bench.problem->hyper(values))
            .objective;
      };
      const double step = 1e-4 * start[i];
      const double check = (objective(step) - objective(-step)) / (2 * step);
      EXPECT_NEAR(gradient[i], check, 1e-4 * largest) << i;
    }
  }
}

TEST(TuningVectors, AreMovedFromOneMinimumToTheNextAndGoOnToTheSameBits) {
  TuneOptions options = asked({"l2/word=0.3"}, "implicit-cg");
  options.outer_steps = 4;
  options.outer_rate = .3;
  const Bench bench(options);

  class Keep : public TuningRecord {
   public:
    void evaluated(const TuningState&, const Hypergradient&) override {}
    void diverged(const TuningState&, const std::string&) override {}
    void save(const TuningState& state) override { saved.push_back(state); }
    std::vector<TuningState> saved;
  } keep;
  TuningState state = tuning_start(*bench.problem, options, Key{});
  tune(*bench.problem, *estimator_of(options), options, state, keep);
  EXPECT_LT(state.best()->objective, state.path.front().objective);
  EXPECT_EQ(state.best_values.size(), state.x.size());
  EXPECT_LT(state.best()->low[0], state.best()->high[0]);
  EXPECT_TRUE(state.path.back().solved);
  InnerProblem again = bench.problem->inner();
  again.warm = state.solution;
  const Hypergradient warm = estimator_of(options)->estimate(
      again, bench.problem->objective(),
      bench.problem->hyper(values_at(bench.problem->tuned(), state.good)));
  EXPECT_EQ(warm.cost.steps, 0) << "the last minimum is the start of the next search";

  const TemporaryFolder folder;
  TuningFile file(folder.path(), bench.world.learner->config(), options);
  file.save(keep.saved[1]);
  TuningState resumed = file.load();
  Keep rest;
  tune(*bench.problem, *estimator_of(options), options, resumed, rest);
  EXPECT_EQ(resumed.x, state.x);
  EXPECT_EQ(resumed.path.back().objective, state.path.back().objective);
}

TEST(TuningVectors, AStateHasItsOwnMinimumWheneverTheNextIsStoppedOnItsWay) {
  const TuneOptions options = asked({"l2/word=0.3"}, "implicit-cg");
  const Bench bench(options);
  const TemporaryFolder folder;
  const auto saved = folder.path() / "state.json";
  TuningState state = tuning_start(*bench.problem, options, Key{});
  // The number of points need not grow: after a training that went off, or where a tuning that had
  // ended evaluates its last point anew.
  TuningFile file(folder.path(), bench.world.learner->config(), options);
  for (int step = 0; step < 4; ++step) {
    state.solution = {{"a", at::full({2}, step, at::kDouble)}};
    const bool anew = step % 2 == 1;
    TuningFile reopened(folder.path(), bench.world.learner->config(), options);
    if (anew) reopened.load();
    const std::string before = step > 0 ? read_file(saved) : std::string();
    (anew ? reopened : file).save(state);
    if (step > 0) {
      // Killed before the state was written.
      write_file(saved, before);
      const Params found =
          TuningFile(folder.path(), bench.world.learner->config(), options).load().solution;
      EXPECT_EQ(found.at("a")[0].item<double>(), step - 1);
      (anew ? reopened : file).load();
      (anew ? reopened : file).save(state);
    }
    EXPECT_EQ(file.load().solution.at("a")[0].item<double>(), step);
  }
}

TEST(TuningVectors, ExampleWeightsOfAWholeTrainingTellWrongLabels) {
  TuneOptions options = asked({"example_weight"});
  options.inner_steps = 60;
  options.outer_steps = 30;
  options.outer_rate = .5;
  options.settle = 0;
  World world = world_of("average dimensions=4 scale=0.5", "supervised", false,
                         {{"train", {{"learning-rate", "0.05"}, {"batch", "8"}}}});
  // Of every four examples one is made wrong, one is right, and two are to validate with.
  TextData train = world.data;
  TextData validation = world.data;
  train.pool.clear();
  validation.pool.clear();
  for (std::size_t i = 0; i < world.data.pool.size(); ++i) {
    PoolExample example = world.data.pool[i];
    if (i % 4 == 0) example.label = 1 - example.label;
    (i % 2 == 0 ? train : validation).pool.push_back(example);
  }
  const auto source = world.learner->source(&train, {0, 0, 0}, Key{1});
  const auto held_out = world.learner->source(&validation, {0, 0, 0}, Key{2});
  TuningData data;
  data.train = source.get();
  data.validation = held_out.get();
  const TuningProblem problem(*world.learner, data,
                              tuned_hyperparameters(options.hyper, world.learner->config(), 0),
                              options);
  class Keep : public TuningRecord {
    void evaluated(const TuningState&, const Hypergradient&) override {}
    void diverged(const TuningState&, const std::string&) override {}
    void save(const TuningState&) override {}
  } keep;
  TuningState state = tuning_start(problem, options, Key{});
  tune(problem, *estimator_of(options), options, state, keep);
  double wrong = 0;
  double right = 0;
  ASSERT_EQ(state.best_values.size(), 24U);
  for (std::size_t i = 0; i < 24; ++i) (i % 2 == 0 ? wrong : right) += state.best_values[i] / 12;
  EXPECT_LT(wrong, .5 * right);
  EXPECT_LT(state.best()->objective, .8 * state.path.front().objective);
}

TEST(TuningVectors, NamesWhatItsNumbersAreOf) {
  const Bench bench(asked({"learning_rate/layer=0.1", "l2/word=0.01", "domain_weight"}), kQuick);
  const auto names = [&](std::size_t i) {
    return names_of_numbers(bench.problem->tuned()[i], bench.problem->extent());
  };
  EXPECT_EQ(names(0), (std::vector<std::string>{"encoder.embedding", "head.bias"}));
  EXPECT_EQ(names(2), (std::vector<std::string>{"one", "two"}));
  const auto words = names(1);
  EXPECT_EQ(words.size(), bench.problem->tuned()[1].numbers);
  EXPECT_NE(std::ranges::find(words, "w10"), words.end());
}

TEST(TuningVectors, AnOptimumDoesNotDependOnTheStepsToIt) {
  const Error refused = error_of([] { Bench(asked({"learning_rate"}, "implicit-cg")); });
  EXPECT_EQ(refused.kind(), ErrorKind::usage);
  EXPECT_NE(refused.hint().find("l2"), std::string::npos);
  TuneOptions history = asked({"l2"}, "implicit-cg");
  history.objective = "mean-train-loss";
  EXPECT_EQ(error_of([&] { const Bench bad(history); }).kind(), ErrorKind::usage);
}

TEST(TuningVectors, WeightsHaveAMeanOfOneAndTheGradientOfTheirLine) {
  TunedHyperparameter weights{
      .of = hyperparameter_named("class_weight"), .start = 1, .per = "class", .numbers = 3};
  const std::span one(&weights, 1);
  const std::vector<double> x = {.3, -1, .4};
  const std::vector<double> towards = {1, -2, 5};
  const auto value = [&](const std::vector<double>& at) {
    const auto values = values_at(one, at);
    return std::inner_product(values.begin(), values.end(), towards.begin(), 0.);
  };
  const auto values = values_at(one, x);
  EXPECT_NEAR(std::accumulate(values.begin(), values.end(), 0.), 3, 1e-12);
  EXPECT_EQ(values_at(one, start_on_lines(one)), (std::vector<double>{1, 1, 1}));
  const auto gradient = gradient_on_lines(one, x, towards);
  for (std::size_t i = 0; i < 3; ++i) {
    std::vector<double> up = x;
    std::vector<double> down = x;
    up[i] += 1e-5;
    down[i] -= 1e-5;
    EXPECT_NEAR(gradient[i], (value(up) - value(down)) / 2e-5, 1e-8) << i;
  }
}

}  // namespace
}  // namespace inkling
