#include "inkling/train/evaluation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inkling/tensor/test_help.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

using conformance::world_of;
using testing::ElementsAre;

EpisodeResult result(std::vector<double> scores, std::vector<double> truth) {
  return {std::move(scores), std::move(truth), 2};
}

TEST(WholeTasks, JoinTheirPartsInOrder) {
  FixedTasks fixed;
  fixed.tasks = {0, 0, 1, 2, 2, 2};
  const auto tasks =
      whole_tasks({result({1, 2}, {0}), result({3, 4, 5, 6}, {1, 0}), result({7, 8}, {1}),
                   result({9, 10}, {0}), result({11, 12}, {1}), result({13, 14}, {1})},
                  fixed);
  ASSERT_EQ(tasks.size(), 3U);
  EXPECT_THAT(tasks[0].scores, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(tasks[0].truth, ElementsAre(0, 1, 0));
  EXPECT_THAT(tasks[1].scores, ElementsAre(7, 8));
  EXPECT_THAT(tasks[2].truth, ElementsAre(0, 1, 1));
  for (const EpisodeResult& task : tasks) EXPECT_EQ(task.outputs, 2);
}

TEST(WholeTasks, OfNoPartsAreNone) {
  EXPECT_TRUE(whole_tasks({}, {}).empty());
}

/// Two episodes of a world as given tasks, each query in parts of `size`.
FixedTasks in_parts(const conformance::World& world, std::size_t size) {
  const EpisodeSampler sampler(world.data.pool, TasksBy::group, {2, 2, 6}, world.data.labels,
                               world.data.groups);
  FixedTasks fixed;
  for (std::int64_t task = 0; task < 2; ++task) {
    const Episode whole = sampler.at(Key{5}, static_cast<std::uint64_t>(task));
    for (std::size_t start = 0; start < whole.query.size(); start += size) {
      const auto end = static_cast<std::ptrdiff_t>(std::min(whole.query.size(), start + size));
      const auto from = static_cast<std::ptrdiff_t>(start);
      Episode part = whole;
      part.query.assign(whole.query.begin() + from, whole.query.begin() + end);
      part.query_classes.assign(whole.query_classes.begin() + from,
                                whole.query_classes.begin() + end);
      fixed.parts.push_back(std::move(part));
      fixed.tasks.push_back(task);
    }
  }
  return fixed;
}

TEST(WholeTasks, AQueryInPartsIsAnsweredAsInOne) {
  for (const char* method : {"maml inner-steps=3", "protonet", "ridge"}) {
    auto world = world_of("average dimensions=4 scale=0.5", method, false);
    const Params meta = world.learner->init(Key{3});
    Workers workers(2);
    const auto curve_of = [&](std::size_t size) {
      world.data.fixed = in_parts(world, size);
      const auto source = world.source();
      EXPECT_FALSE(source->uniform());
      Curve curve =
          episode_results(*world.learner, meta, *source,
                          static_cast<std::int64_t>(world.data.fixed.parts.size()), workers, true);
      for (auto& at_step : curve) at_step = whole_tasks(std::move(at_step), world.data.fixed);
      return curve;
    };
    const Curve one = curve_of(12);
    const Curve parts = curve_of(5);
    ASSERT_EQ(one.size(), parts.size());
    for (std::size_t t = 0; t < one.size(); ++t) {
      ASSERT_EQ(one[t].size(), 2U);
      ASSERT_EQ(parts[t].size(), 2U);
      for (std::size_t task = 0; task < 2; ++task) {
        EXPECT_EQ(parts[t][task].truth, one[t][task].truth);
        ASSERT_EQ(parts[t][task].scores.size(), one[t][task].scores.size());
        for (std::size_t i = 0; i < one[t][task].scores.size(); ++i)
          EXPECT_NEAR(parts[t][task].scores[i], one[t][task].scores[i], 1e-10) << method;
      }
    }
  }
}

}  // namespace
}  // namespace inkling
