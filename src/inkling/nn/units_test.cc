#include "inkling/nn/units.h"

#include <gtest/gtest.h>

#include "inkling/nn/bag.h"
#include "inkling/nn/test_help.h"

namespace inkling {
namespace {

using testing_help::batch_of;

TEST(Units, OfAJoinedOneAreThoseThatWereJoined) {
  const Batch a = batch_of(2, {{0, 1}, {}, {2}, {3, 3, 4}});
  const Batch b = batch_of(2, {{4}, {1, 2}});
  const Batch both = joined(a, b);
  const Tensor table = normal(Key{1}, {5, 3}, at::kDouble);
  const Batch first = units_of(both, 0, 2);
  const Batch last = units_of(both, 2, 1);
  EXPECT_TRUE(at::equal(bag(table, first), bag(table, a)));
  EXPECT_TRUE(at::equal(bag(table, last), bag(table, b)));
  EXPECT_EQ(first.words.longest, 3);
  EXPECT_EQ(last.words.longest, 2);
  EXPECT_EQ(units_of(both, 3, 0).words.ids.numel(), 0);
}

TEST(Units, OfNumbersAreTheirRows) {
  Batch batch;
  batch.episodes = 2;
  batch.units = 3;
  batch.dense = normal(Key{2}, {2, 3, 4}, at::kDouble);
  EXPECT_TRUE(at::equal(units_of(batch, 1, 2).dense, batch.dense.slice(1, 1, 3)));
}

}  // namespace
}  // namespace inkling
