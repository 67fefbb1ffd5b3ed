#include "inkling/nn/batch.h"

#include <gtest/gtest.h>

#include "inkling/nn/bag.h"
#include "inkling/nn/test_help.h"

namespace inkling {
namespace {

using testing_help::batch_of;
using testing_help::distance;
using testing_help::numbers;

TEST(Batch, JoinedHasTheUnitsOfBothEpisodeByEpisode) {
  const Batch a = batch_of(2, {{0, 1}, {}, {2}, {3, 3, 4}});
  const Batch b = batch_of(2, {{4}, {1, 2}});
  const Batch both = joined(a, b);
  EXPECT_EQ(both.units, 3);
  EXPECT_EQ(both.words.longest, 3);
  const Tensor table = normal(Key{1}, {5, 3}, at::kDouble);
  EXPECT_TRUE(at::equal(bag(table, both), at::cat({bag(table, a), bag(table, b)}, 1)));
}

TEST(Batch, JoinedWithAnEmptyOneIsTheOther) {
  const Batch a = batch_of(2, {});
  const Batch b = batch_of(2, {{4}, {1, 2}});
  const Tensor table = normal(Key{1}, {5, 3}, at::kDouble);
  for (const Batch& both : {joined(a, b), joined(b, a)}) {
    EXPECT_EQ(both.units, 1);
    EXPECT_TRUE(at::equal(bag(table, both), bag(table, b)));
  }
}

TEST(Batch, JoinedNumbersAndTargetsStandBesideEachOther) {
  Batch a;
  a.episodes = 2;
  a.units = 1;
  a.dense = numbers({1, 2}, {2, 1, 1});
  Batch b = a;
  b.units = 2;
  b.dense = numbers({3, 4, 5, 6}, {2, 2, 1});
  EXPECT_TRUE(at::equal(joined(a, b).dense, numbers({1, 3, 4, 2, 5, 6}, {2, 3, 1})));
  Targets classes;
  classes.classes = at::ones({2, 1}, at::kLong);
  Targets more;
  more.classes = at::zeros({2, 2}, at::kLong);
  const Targets both = joined(classes, more);
  EXPECT_FALSE(both.values.defined());
  EXPECT_EQ(both.classes.size(1), 3);
  EXPECT_TRUE(at::equal(joined(Targets(), more).classes, more.classes));
}

}  // namespace
}  // namespace inkling
