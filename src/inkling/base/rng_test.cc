#include "inkling/base/rng.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace inkling {
namespace {

TEST(Rng, SamplesDifferentNumbersTheSameWayWhateverTheCount) {
  // The first numbers drawn do not depend on how many follow, on either side of the switch of
  // methods.
  const std::vector<std::int64_t> many = Rng(Key{7}).sample(100, 100);
  for (const std::int64_t count : {0, 1, 63, 64, 65, 99}) {
    const std::vector<std::int64_t> some = Rng(Key{7}).sample(100, count);
    EXPECT_TRUE(std::equal(some.begin(), some.end(), many.begin())) << count;
    EXPECT_EQ(static_cast<std::int64_t>(some.size()), count);
  }
  EXPECT_EQ(std::set(many.begin(), many.end()).size(), 100U);
}

}  // namespace
}  // namespace inkling
