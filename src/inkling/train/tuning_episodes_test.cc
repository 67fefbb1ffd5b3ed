#include <gtest/gtest.h>

#include <cmath>

#include "inkling/base/error.h"
#include "inkling/bilevel/differences/differences.h"
#include "inkling/bilevel/forward/forward.h"
#include "inkling/bilevel/reverse/reverse.h"
#include "inkling/methods/method_registry.h"
#include "inkling/tensor/test_help.h"
#include "inkling/train/tuning.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

using conformance::World;
using conformance::world_of;
using testing_help::error_of;

/// Tasks of six labels, in float64.
struct Bench {
  Bench(const std::string& method, std::vector<std::string> hyper, const std::string& objective)
      : world(world_of("average dimensions=3 scale=0.5", method, true,
                       {{"train", {{"validation-episodes", "3"}}}})),
        source(world.source({2, 2, 2})),
        held_out(world.source({2, 2, 2}, Key{77})) {
    TuneOptions options;
    options.hyper = std::move(hyper);
    options.objective = objective;
    options.inner_steps = 4;
    options.max_batch = 4;
    options.inner_optimiser = "sgd";
    TuningData data;
    data.train = source.get();
    data.validation = held_out.get();
    problem = std::make_unique<TuningProblem>(
        *world.learner, data, tuned_hyperparameters(options.hyper, world.learner->config(), 4),
        options);
  }

  Params gradient(const EstimatorPtr& estimator) const {
    return estimator
        ->estimate(problem->inner(), problem->objective(), problem->hyper(problem->start()))
        .gradient;
  }

  World world;
  std::unique_ptr<EpisodeSource> source;
  std::unique_ptr<EpisodeSource> held_out;
  std::unique_ptr<TuningProblem> problem;
};

void expect_agreement(const Bench& bench) {
  const Params check = bench.gradient(central_differences());
  for (const EstimatorPtr& estimator : {reverse(), forward()}) {
    const Params found = bench.gradient(estimator);
    for (const auto& [name, value] : check) {
      const auto expected = value.item<double>();
      EXPECT_NE(expected, 0) << name;
      EXPECT_NEAR(found.at(name).item<double>(), expected, 1e-3 * std::abs(expected) + 1e-9)
          << name << " by " << estimator->name();
    }
  }
}

std::vector<std::string> tuned_methods() {
  std::vector<std::string> names;
  for (const MethodMaker& maker : method_makers()) {
    const World world = world_of("average dimensions=3", maker.name, true);
    const Traits& traits = world.learner->method().traits();
    if (traits.episodic && can_be_tuned(traits)) names.push_back(maker.name);
  }
  return names;
}

class TuningEpisodes : public testing::TestWithParam<std::string> {};

TEST_P(TuningEpisodes, HasTheGradientOfCentralDifferences) {
  for (const char* objective : {"mean-train-loss", "validation-loss"}) {
    SCOPED_TRACE(objective);
    std::vector<std::string> hyper = {"learning_rate=0.3", "meta_batch=2.5"};
    const World world = world_of("average dimensions=3", GetParam(), true);
    // Of meta-sgd it is where the learned rates begin, and no hyperparameter.
    if (world.learner->method().traits().inner_loop && GetParam() != "meta-sgd")
      hyper.emplace_back("inner_learning_rate=0.4");
    expect_agreement(Bench(GetParam(), hyper, objective));
  }
}

INSTANTIATE_TEST_SUITE_P(Methods, TuningEpisodes, testing::ValuesIn(tuned_methods()),
                         [](const auto& of) {
                           std::string name = of.param;
                           std::erase_if(name, [](char c) { return c == '-' || c == '+'; });
                           return name;
                         });

}  // namespace
}  // namespace inkling
