#include "inkling/train/tuning_search.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "inkling/api/tune_bounds.h"
#include "inkling/base/error.h"
#include "inkling/tensor/test_help.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

using conformance::World;
using conformance::world_of;
using testing_help::error_of;

constexpr Key kKey{7};

struct Bench {
  explicit Bench(const TuneOptions& asked)
      : options(asked),
        world(world_of("average dimensions=4 scale=0.5", "supervised", false)),
        source(world.source({0, 0, 0})) {
    auto tuned = tuned_hyperparameters(options.hyper, world.learner->config(), options.max_batch);
    narrow(tuned, options.bounds);
    TuningData data;
    data.train = source.get();
    data.validation = source.get();
    problem = std::make_unique<TuningProblem>(*world.learner, data, tuned, options);
  }

  TuningState searched(TuningRecord& record) const {
    TuningState state = tuning_start(*problem, options, kKey);
    search(*problem, options, kKey, state, record);
    return state;
  }

  TuneOptions options;
  World world;
  std::unique_ptr<EpisodeSource> source;
  std::unique_ptr<TuningProblem> problem;
};

class Quiet : public TuningRecord {
 public:
  void evaluated(const TuningState&, const Hypergradient&) override {}
  void diverged(const TuningState&, const std::string&) override { ++divergences; }
  void save(const TuningState& state) override {
    saved = state;
    if (stop_after > 0 && std::ssize(state.path) == stop_after) throw Interrupted();
  }

  std::int64_t divergences = 0;
  std::int64_t stop_after = 0;
  TuningState saved;
};

TuneOptions asked(const std::string& search, std::int64_t trainings) {
  TuneOptions options;
  options.hyper = {"learning_rate=0.001", "batch_size=8"};
  options.bounds = {"learning_rate=1e-4:1", "batch_size=2:32"};
  options.search = search;
  options.inner_steps = 9;
  options.max_batch = 32;
  options.budget = 9 * trainings;
  return options;
}

TEST(TuningSearch, RandomPointsLieBetweenTheBoundsAndAreThoseOfTheKey) {
  Quiet record;
  const Bench bench(asked("random", 7));
  const TuningState state = bench.searched(record);
  ASSERT_EQ(state.path.size(), 7U);
  EXPECT_EQ(state.steps, 63);
  EXPECT_EQ(state.stopped, "budget");
  EXPECT_EQ(state.path[0].values, (std::vector<double>{.001, 8})) << "the start is the first";
  std::set<double> rates;
  for (const TuningPoint& point : state.path) {
    rates.insert(point.values[0]);
    EXPECT_GE(point.values[0], 1e-4);
    EXPECT_LE(point.values[0], 1);
    EXPECT_GE(point.values[1], 2);
    EXPECT_LE(point.values[1], 32);
    EXPECT_GE(point.objective, state.best()->objective);
  }
  EXPECT_EQ(rates.size(), 7U);
  // Evenly on the line: the middle of 1e-4 .. 1 is 0.01.
  double below = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    below += drawn_point(*bench.problem, bench.options, kKey, i)[0] < std::log(.01) ? 1 : 0;
  }
  EXPECT_NEAR(below, 500, 60);
}

TEST(TuningSearch, AGridGoesFromBoundToBound) {
  Quiet record;
  const TuningState state = Bench(asked("grid", 10)).searched(record);
  ASSERT_EQ(state.path.size(), 10U) << "the start, and 3 times 3";
  std::set<std::pair<double, double>> points;
  for (std::size_t k = 1; k < state.path.size(); ++k) {
    points.emplace(state.path[k].values[0], state.path[k].values[1]);
  }
  const std::set<std::pair<double, double>> expected = {
      {1e-4, 2}, {.01, 2}, {1, 2}, {1e-4, 8}, {.01, 8}, {1, 8}, {1e-4, 32}, {.01, 32}, {1, 32}};
  EXPECT_EQ(points, expected);
}

TEST(TuningSearch, SuccessiveHalvingTrainsTheBetterThirdThreeTimesAsLong) {
  Quiet record;
  const Bench bench(asked("successive-halving", 1 + 5));
  const TuningState state = bench.searched(record);
  // 20 points of 1 step, 6 of 2 more, 2 of 6 more: 20 + 12 + 12 of 45.
  std::map<std::int64_t, std::vector<const TuningPoint*>> rungs;
  for (std::size_t k = 1; k < state.path.size(); ++k) {
    rungs[state.path[k].inner_steps].push_back(&state.path[k]);
  }
  ASSERT_EQ(rungs.size(), 3U);
  EXPECT_EQ(rungs[9].size(), rungs[3].size() / 3);
  EXPECT_EQ(rungs[3].size(), rungs[1].size() / 3);
  EXPECT_EQ(rungs[1].size(), 20U);
  EXPECT_EQ(state.steps, 9 + 44);
  // Those that train on are the best of the rung below.
  double worst_kept = 0;
  std::set<double> kept;
  for (const TuningPoint* point : rungs[3]) kept.insert(point->values[0]);
  for (const TuningPoint* point : rungs[1]) {
    if (kept.contains(point->values[0])) worst_kept = std::max(worst_kept, point->objective);
  }
  for (const TuningPoint* point : rungs[1]) {
    EXPECT_TRUE(kept.contains(point->values[0]) || point->objective >= worst_kept);
  }
  EXPECT_EQ(state.best()->inner_steps, 9);
}

TEST(TuningSearch, GoesOnToTheSamePoints) {
  for (const char* how : {"random", "grid", "successive-halving"}) {
    const Bench bench(asked(how, 6));
    Quiet whole;
    const TuningState expected = bench.searched(whole);
    Quiet stopped;
    stopped.stop_after = 4;
    EXPECT_THROW(bench.searched(stopped), Interrupted);
    TuningState state = stopped.saved;
    Quiet rest;
    search(*bench.problem, bench.options, kKey, state, rest);
    ASSERT_EQ(state.path.size(), expected.path.size()) << how;
    for (std::size_t k = 0; k < state.path.size(); ++k) {
      EXPECT_EQ(state.path[k].values, expected.path[k].values) << how;
      EXPECT_EQ(state.path[k].objective, expected.path[k].objective) << how;
    }
  }
}

TEST(TuningSearch, APointThatGoesOffIsTheWorst) {
  TuneOptions options = asked("random", 6);
  options.hyper = {"learning_rate=1e8", "l2=1"};
  options.bounds = {};
  options.inner_optimiser = "sgd";
  options.hyper[0] = "learning_rate=10000";
  options.inner_steps = 60;
  options.budget = 60 * 6;
  Quiet record;
  const TuningState state = Bench(options).searched(record);
  EXPECT_EQ(state.path.size(), 6U);
  EXPECT_GE(record.divergences, 1);
  EXPECT_TRUE(std::isinf(state.path[0].objective));
}

TEST(TuningSearch, BoundsAreRefusedWhereTheyAreNone) {
  const auto message = [](const std::string& bounds) {
    TuneOptions options = asked("random", 2);
    options.bounds = {bounds};
    const Error error = error_of([&] { Bench bench(options); });
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.message();
  };
  EXPECT_EQ(message("momentum=.1:.2"), "bounds are given to 'momentum', which is not tuned");
  EXPECT_EQ(message("learning_rate=.1"), "'learning_rate=.1' gives no bounds");
  EXPECT_EQ(message("learning_rate"), "'learning_rate' gives no bounds");
  EXPECT_EQ(message("learning_rate=1:.1"),
            "the bounds of learning_rate, 1 to 0.1, are no range within 1e-08 to 10000");
  EXPECT_EQ(message("learning_rate=.01:.1"),
            "the start of learning_rate, 0.001, is outside 0.01 to 0.1");
}

}  // namespace
}  // namespace inkling
