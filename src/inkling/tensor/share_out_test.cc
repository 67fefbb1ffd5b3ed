#include "inkling/tensor/share_out.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace inkling {
namespace {

struct Threads {
  explicit Threads(int count) { at::set_num_threads(count); }
  ~Threads() { at::set_num_threads(before); }
  int before = at::get_num_threads();
};

TEST(ShareOut, EveryNumberComesOnce) {
  const Threads three(3);
  std::vector<int> seen(1000);
  share_out(1000, 10, [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t i = from; i < to; ++i) ++seen[static_cast<std::size_t>(i)];
  });
  EXPECT_EQ(seen, std::vector<int>(1000, 1));
  share_out(0, 1, [&](std::int64_t, std::int64_t) { FAIL() << "nothing to do"; });
}

TEST(ShareOut, RangesRunAtTheSameTime) {
  const Threads two(2);
  std::atomic<int> there = 0;
  std::atomic<int> met = 0;
  share_out(2, 1, [&](std::int64_t, std::int64_t) {
    ++there;
    for (int i = 0; i < 20'000 && there < 2; ++i) std::this_thread::yield();
    if (there == 2) ++met;
  });
  EXPECT_EQ(met, 2) << "one range waited for the other in vain";
}

TEST(ShareOut, OneThreadTakesAllAtOnce) {
  const Threads one(1);
  int calls = 0;
  share_out(1000, 1, [&](std::int64_t from, std::int64_t to) {
    ++calls;
    EXPECT_EQ(to - from, 1000);
  });
  EXPECT_EQ(calls, 1);
}

TEST(ShareOut, AFailureComesBack) {
  const Threads two(2);
  EXPECT_THROW(share_out(2, 1,
                         [](std::int64_t from, std::int64_t) {
                           if (from == 1) throw std::runtime_error("no");
                         }),
               std::runtime_error);
}

}  // namespace
}  // namespace inkling
