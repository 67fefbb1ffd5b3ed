#include "inkling/methods/supervised/supervised.h"

#include <gtest/gtest.h>

#include "inkling/tensor/test_help.h"
#include "tests/conformance/text_tasks.h"

namespace inkling::supervised {
namespace {

using conformance::World;
using conformance::world_of;
using testing_help::distance;

constexpr const char* kEncoder = "average dimensions=4 scale=0.5";

struct Problem {
  Problem(const std::string& method, bool by_label)
      : world(world_of(kEncoder, method, by_label)),
        record(world.source()->make(std::vector<std::uint64_t>{0})),
        meta(localised(*world.learner, world.learner->init(Key{3}), record, false)) {}

  std::vector<Tensor> curve(const Params& params) const {
    return world.learner->method().curve(world.learner->model(), params, record, world.context());
  }

  World world;
  Record record;
  Params meta;
};

TEST(Supervised, NewClassesStartFromAHeadOfZeros) {
  const Problem problem("supervised tune-steps=3", true);
  EXPECT_EQ(problem.meta.at("head.weight").size(-1), 6)
      << "the head that was trained has all labels";
  const auto curve = problem.curve(problem.meta);
  ASSERT_EQ(curve.size(), 4);
  EXPECT_EQ(curve[0].size(-1), 2) << "a task has its own";
  EXPECT_EQ(curve[0].abs().sum().item<double>(), 0);
  EXPECT_GT(curve[3].abs().sum().item<double>(), 0);
}

TEST(Supervised, ClassesThatKeepTheirMeaningStartFromTheTrainedHead) {
  const Problem problem("supervised tune-steps=3", false);
  const Network& model = problem.world.learner->model();
  const auto curve = problem.curve(problem.meta);
  EXPECT_LT(
      distance(curve[0],
               model.score(problem.meta, model.encode(problem.meta, problem.record.query, {}), {})),
      1e-14);
  EXPECT_GT(curve[0].abs().sum().item<double>(), 0);
}

TEST(Supervised, TrainingIsBlindToTheSupport) {
  const Problem problem("supervised", false);
  const Method& method = problem.world.learner->method();
  Record record = problem.record;
  const auto loss = [&] {
    return method.meta_loss(problem.world.learner->model(), problem.meta, record,
                            problem.world.context());
  };
  const Tensor before = loss();
  record.support_targets.classes = 1 - record.support_targets.classes;
  EXPECT_TRUE(at::equal(loss(), before));
  record.query_targets.classes = 1 - record.query_targets.classes;
  EXPECT_FALSE(at::equal(loss(), before));
}

TEST(Supervised, TuningLowersTheSupportsLoss) {
  const Problem problem("supervised", false);
  Record own = problem.record;
  own.query = own.support;
  own.query_targets = own.support_targets;
  const Network& model = problem.world.learner->model();
  const auto curve =
      problem.world.learner->method().curve(model, problem.meta, own, problem.world.context());
  ASSERT_EQ(curve.size(), 21);
  const auto loss = [&](const Tensor& scores) {
    return model.loss(scores, own.query_targets, {}).item<double>();
  };
  EXPECT_LT(loss(curve.back()), loss(curve.front()) - .05);
}

}  // namespace
}  // namespace inkling::supervised
