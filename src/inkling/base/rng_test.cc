#include "inkling/base/rng.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace inkling {
namespace {

TEST(Rng, SamplesDifferentNumbersTheSameWayWhateverTheCount) {
  // The first numbers drawn do not depend on how many follow.
  const std::vector<std::int64_t> many = Rng(Key{7}).sample(100, 100);
  for (const std::int64_t count : {0, 1, 63, 64, 65, 99}) {
    const std::vector<std::int64_t> some = Rng(Key{7}).sample(100, count);
    EXPECT_TRUE(std::equal(some.begin(), some.end(), many.begin())) << count;
    EXPECT_EQ(static_cast<std::int64_t>(some.size()), count);
  }
  EXPECT_EQ(std::set(many.begin(), many.end()).size(), 100U);
}

TEST(Rng, SamplesEveryNumberOnceWhateverWasSampledBefore) {
  // On either side of the switch from an array of places to those that were touched.
  constexpr std::int64_t kSwitch = 1 << 16;
  for (const std::int64_t n :
       {std::int64_t{1}, std::int64_t{2}, std::int64_t{50}, kSwitch, kSwitch + 1}) {
    const std::vector<std::int64_t> first = Rng(Key{3}).sample(n, n);
    for (std::uint64_t key = 10; key < 20; ++key) Rng(Key{key}).sample(n, (n + 1) / 2);
    EXPECT_EQ(Rng(Key{3}).sample(n, n), first) << n;
    std::vector<std::int64_t> sorted = first;
    std::ranges::sort(sorted);
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(n));
    std::iota(numbers.begin(), numbers.end(), 0);
    EXPECT_EQ(sorted, numbers) << n;
  }
}

TEST(Rng, SamplesAsAShuffleWouldPutInFront) {
  Rng rng(Key{5});
  std::vector<std::int64_t> shuffled(30);
  std::iota(shuffled.begin(), shuffled.end(), 0);
  for (std::size_t i = 0; i < 20; ++i) std::swap(shuffled[i], shuffled[i + rng.below(30 - i)]);
  shuffled.resize(20);
  EXPECT_EQ(Rng(Key{5}).sample(30, 20), shuffled);
}

TEST(Rng, BelowIsUniformWhereTheRangeDoesNotDivideTheBits) {
  // Three quarters of 2^64: without rejection, the first third would come twice as often.
  constexpr std::uint64_t kRange = 3ULL << 62;
  Rng rng(Key{6});
  int first = 0;
  for (int i = 0; i < 3000; ++i) first += rng.below(kRange) < kRange / 3 ? 1 : 0;
  EXPECT_NEAR(first, 1000, 130);
}

}  // namespace
}  // namespace inkling
