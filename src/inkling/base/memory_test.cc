#include "inkling/base/memory.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace inkling {
namespace {

TEST(Memory, ThatIsToBeHadIsSomeAndNoMoreThanTheMachineHas) {
  EXPECT_GT(available_bytes(), 1'000'000);
  EXPECT_LE(available_bytes(), sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE));
}

}  // namespace
}  // namespace inkling
