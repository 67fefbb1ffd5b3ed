#include "inkling/train/tuning.h"

#include <gtest/gtest.h>

#include <cmath>

#include "inkling/base/error.h"
#include "inkling/bilevel/differences/differences.h"
#include "inkling/bilevel/forward/forward.h"
#include "inkling/bilevel/reverse/reverse.h"
#include "inkling/tensor/test_help.h"
#include "inkling/train/tuning_report.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

using conformance::World;
using conformance::world_of;
using testing_help::error_of;

/// 48 texts in float64.
struct Bench {
  explicit Bench(const TuneOptions& asked, const ConfigValues& more = {},
                 const std::string& method = "supervised")
      : options(asked),
        world(world_of("average dimensions=4 scale=0.5", method, false, more)),
        source(world.source({0, 0, 0})),
        problem(world.learner ? made() : nullptr) {}

  std::unique_ptr<TuningProblem> made() const {
    TuningData data;
    data.train = source.get();
    data.validation = source.get();
    return std::make_unique<TuningProblem>(
        *world.learner, data,
        tuned_hyperparameters(options.hyper, world.learner->config(), options.max_batch), options);
  }

  Hypergradient found(const EstimatorPtr& estimator) const {
    return estimator->estimate(problem->inner(), problem->objective(),
                               problem->hyper(problem->start()));
  }
  double objective(const std::vector<double>& values) const {
    return trained(problem->inner(), problem->objective(), problem->hyper(values)).objective;
  }

  TuneOptions options;
  World world;
  std::unique_ptr<EpisodeSource> source;
  std::unique_ptr<TuningProblem> problem;
};

TuneOptions asked(std::vector<std::string> hyper, const std::string& objective = "mean-train-loss",
                  std::int64_t inner_steps = 12) {
  TuneOptions options;
  options.hyper = std::move(hyper);
  options.objective = objective;
  options.inner_steps = inner_steps;
  options.max_batch = 48;
  return options;
}

class Quiet : public TuningRecord {
 public:
  void evaluated(const TuningState&, const Hypergradient&) override { ++evaluations; }
  void diverged(const TuningState&, const std::string&) override { ++divergences; }
  void save(const TuningState& state) override {
    saved = state;
    if (stop_after > 0 && std::ssize(state.path) == stop_after) throw Interrupted();
  }

  std::int64_t evaluations = 0;
  std::int64_t divergences = 0;
  std::int64_t stop_after = 0;
  TuningState saved;
};

TuningState tuned(const Bench& bench, Quiet& record) {
  TuningState state = tuning_start(*bench.problem, bench.options, Key{1});
  tune(*bench.problem, *forward(), bench.options, state, record);
  return state;
}

void expect_agreement(const Bench& bench) {
  const Params check = bench.found(central_differences()).gradient;
  for (const EstimatorPtr& estimator : {forward(), reverse(), reverse({.slots = 3})}) {
    const Params gradient = bench.found(estimator).gradient;
    for (const auto& [name, value] : check) {
      const auto expected = value.item<double>();
      EXPECT_NE(expected, 0) << name;
      EXPECT_NEAR(gradient.at(name).item<double>(), expected, 1e-3 * std::abs(expected))
          << name << " by " << estimator->name();
    }
  }
}

TEST(Oracle, HypergradientsOfRateAndBatchSizeAgreeWithCentralDifferences) {
  for (const char* objective :
       {"mean-train-loss", "validation-loss", "validation-accuracy", "final-train-loss"}) {
    SCOPED_TRACE(objective);
    expect_agreement(Bench(asked({"learning_rate=0.01", "batch_size=32.5"}, objective)));
  }
}

TEST(Tuning, EveryHyperparameterHasTheGradientOfCentralDifferences) {
  TuneOptions options =
      asked({"learning_rate=0.3", "batch_size=7.3", "momentum=0.8", "weight_decay=0.01", "l2=0.001",
             "label_smoothing=0.1", "temperature=1.5", "scale=0.4"},
            "validation-loss");
  options.inner_optimiser = "momentum";
  expect_agreement(Bench(options));
  expect_agreement(Bench(options, {{"train", {{"schedule", "cosine"}, {"clip", "0.1"}}}}));
}

TEST(Tuning, AWholeBatchSizeIsTheMeanOfItsExamples) {
  const Bench tuned(asked({"batch_size=32"}));
  const Bench plain(asked({"learning_rate=0.001"}), {{"train", {{"batch", "32"}}}});
  const double whole = tuned.objective({32});
  EXPECT_NEAR(whole, plain.objective({.001}), 1e-13);
  EXPECT_GT(std::abs(tuned.objective({32.5}) - whole), 1e-6);
}

TEST(Tuning, TheOrderOfExamplesDoesNotDependOnTheBatchSize) {
  TuneOptions options = asked({"batch_size=20"});
  options.inner_optimiser = "sgd";
  const Bench bench(options);
  EXPECT_NEAR(bench.objective({20}), bench.objective({20 + 1e-9}), 1e-9);
  EXPECT_NEAR(bench.objective({48}), bench.objective({48 - 1e-9}), 1e-9);
}

TEST(Tuning, LowersTheObjectiveAndGoesOnToTheSameBits) {
  TuneOptions options = asked({"learning_rate=0.0005", "batch_size=8"}, "validation-loss");
  options.outer_steps = 8;
  options.outer_optimiser = "adam";
  options.outer_rate = .3;
  const Bench bench(options);
  Quiet whole;
  const TuningState state = tuned(bench, whole);
  EXPECT_EQ(state.stopped, "steps");
  ASSERT_EQ(state.path.size(), 9);
  EXPECT_EQ(state.path.front().values, (std::vector<double>{.0005, 8})) << "to the bit";
  EXPECT_LT(state.best()->objective, state.path.front().objective - .01);
  EXPECT_GT(state.best()->values[0], .001);

  Quiet stopped;
  stopped.stop_after = 4;
  EXPECT_THROW(tuned(bench, stopped), Interrupted);
  TuningState resumed = stopped.saved;
  Quiet rest;
  tune(*bench.problem, *forward(), options, resumed, rest);
  EXPECT_EQ(rest.evaluations, 5);
  EXPECT_EQ(resumed.path.back().values, state.path.back().values);
  EXPECT_EQ(resumed.path.back().objective, state.path.back().objective);
}

TEST(Tuning, StartsAgainFromASmallerRateWhereTheStartGoesOff) {
  TuneOptions options = asked({"learning_rate=10000", "l2=1"}, "mean-train-loss", 100);
  options.inner_optimiser = "sgd";
  options.outer_steps = 2;
  Quiet record;
  const TuningState state = tuned(Bench(options), record);
  EXPECT_GE(state.divergences.size(), 2U);
  EXPECT_EQ(record.divergences, std::ssize(state.divergences));
  EXPECT_LT(state.path.front().values[0], 100);
  EXPECT_TRUE(std::isfinite(state.best()->objective));
}

TEST(Tuning, StopsAfterSoManyDivergencesAndKeepsTheBest) {
  TuneOptions options = asked({"learning_rate=0.1"}, "final-train-loss", 200);
  options.inner_optimiser = "sgd";
  options.outer_optimiser = "adam";
  options.outer_rate = 50;
  options.divergences = 1;
  const Bench bench(options, {{"train", {{"weight-decay", "0.5"}}}});
  Quiet record;
  TuningState state = tuning_start(*bench.problem, options, Key{1});
  state.first[0] = -1;  // up, wherever the gradient points
  state.second[0] = 1e-3;
  const Error error = error_of([&] { tune(*bench.problem, *forward(), options, state, record); });
  EXPECT_EQ(error.kind(), ErrorKind::numeric);
  EXPECT_EQ(state.divergences.size(), 2U);
  ASSERT_NE(state.best(), nullptr);
  EXPECT_EQ(state.best()->values[0], state.path.front().values[0]);
}

TEST(Tuning, SmoothedAccuracyTendsToTheAccuracy) {
  TuneOptions options = asked({"learning_rate=0.3"}, "validation-accuracy", 40);
  const double smooth = Bench(options).objective({.3});
  options.accuracy_temperature = 1e-6;
  const double sharp = Bench(options).objective({.3});
  EXPECT_NEAR(sharp * 48, std::round(sharp * 48), 1e-6) << "a number of the 48 texts";
  EXPECT_LT(sharp, smooth);
}

TEST(Tuning, RpropComesToTheSameFromStartsThatArePowersOfTenApart) {
  std::vector<double> found;
  for (const char* start : {"learning_rate=1e-5", "learning_rate=0.01", "learning_rate=10"}) {
    TuneOptions options = asked({start}, "mean-train-loss", 20);
    options.outer_steps = 25;
    Quiet record;
    const TuningState state = tuned(Bench(options, {{"train", {{"weight-decay", "1"}}}}), record);
    EXPECT_EQ(state.stopped, "small steps") << start;
    found.push_back(state.best()->objective);
  }
  EXPECT_NEAR(found[0], found[1], .02 * found[1]);
  EXPECT_NEAR(found[2], found[1], .02 * found[1]);
}

TEST(Tuning, BeginsWithShortTrainingsAndEndsWithLongOnes) {
  TuneOptions options = asked({"learning_rate=1e-5"}, "validation-loss", 32);
  options.first_inner_steps = 4;
  options.outer_steps = 30;
  Quiet record;
  const TuningState state = tuned(Bench(options, {{"train", {{"weight-decay", "1"}}}}), record);
  std::int64_t before = 4;
  for (const TuningPoint& point : state.path) {
    EXPECT_GE(point.inner_steps, before);
    before = point.inner_steps;
  }
  EXPECT_EQ(state.path.front().inner_steps, 4);
  EXPECT_EQ(before, 32);
  EXPECT_EQ(state.best()->inner_steps, 32);
  options.outer_optimiser = "adam";
  EXPECT_EQ(error_of([&] { tuned(Bench(options), record); }).kind(), ErrorKind::usage);
}

TEST(Tuning, ABudgetEndsItBeforeItIsExceeded) {
  TuneOptions options = asked({"learning_rate=1e-5"}, "mean-train-loss", 20);
  options.budget = 20 * (2 * 3 + 1);
  Quiet record;
  const TuningState state = tuned(Bench(options), record);
  EXPECT_EQ(state.stopped, "budget");
  EXPECT_EQ(state.steps, static_cast<double>(options.budget));
  EXPECT_EQ(state.path.size(), 4U) << "three gradients, and where they led to";
}

TEST(Tuning, SaysWhatCannotBeTuned) {
  const auto kind_and_hint = [](const TuneOptions& options, const std::string& method,
                                const std::string& hint) {
    const Error error = error_of([&] { Bench(options, {}, method); });
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_NE(cat(error.message(), error.hint()).find(hint), std::string::npos) << error.what();
  };
  kind_and_hint(asked({"learning_rate"}), "reweight", "use one of: anil");
  kind_and_hint(asked({"learning_rate"}), "contrastive", "use one of: anil");
  kind_and_hint(asked({"batch_size"}), "maml", "tune meta_batch");
  kind_and_hint(asked({"inner_learning_rate"}), "supervised", "no field of method");
  kind_and_hint(asked({"momentum"}), "supervised", "--inner-optimiser momentum");
  TuneOptions large = asked({"batch_size=50"});
  large.max_batch = 100;
  kind_and_hint(large, "supervised", "48 training examples");
}

TEST(Tuning, WritesAConfigurationThatReadsBack) {
  RunConfig config = make_config("classification", "average", "supervised");
  config.data.train = {"a \"b\".csv", "c.csv"};
  config.train.learning_rate = 0.0123;
  config.train.lazy_adam = true;
  const ConfigValues back = parse_config(toml_of(config, "two\nlines"), "tuned.toml");
  EXPECT_EQ(config_values(config_from_values(back)), config_values(config));
}

}  // namespace
}  // namespace inkling
