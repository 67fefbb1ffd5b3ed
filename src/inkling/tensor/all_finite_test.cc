#include "inkling/tensor/all_finite.h"

#include <gtest/gtest.h>

#include <limits>

#include "inkling/base/rng.h"
#include "inkling/tensor/test_help.h"

namespace inkling {
namespace {

TEST(AllFinite, SeesWhatIsNoNumberInEveryPlace) {
  for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
    const Tensor numbers = normal(Key{1}, {71}, type);
    EXPECT_TRUE(all_finite(numbers));
    EXPECT_TRUE(all_finite(numbers * 1e38)) << "large, though their sum is not";
    for (const double wrong :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
          -std::numeric_limits<double>::infinity()}) {
      for (std::int64_t place = 0; place < numbers.numel(); ++place) {
        const Tensor one = numbers.clone();
        one[place] = wrong;
        EXPECT_FALSE(all_finite(one)) << wrong << " at " << place;
      }
    }
  }
}

TEST(AllFinite, ReadsViewsAndEmptyTensors) {
  const Tensor numbers = at::zeros({3, 4}, at::kDouble);
  numbers[1][2] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(all_finite(numbers.t()));
  EXPECT_TRUE(all_finite(numbers.narrow(1, 0, 2)));
  EXPECT_FALSE(all_finite(numbers.narrow(1, 2, 2)));
  EXPECT_TRUE(all_finite(at::zeros({0, 4})));
}

}  // namespace
}  // namespace inkling
