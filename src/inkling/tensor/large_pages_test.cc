#include "inkling/tensor/large_pages.h"

#include <gtest/gtest.h>

namespace inkling {
namespace {

TEST(LargePages, HoldATensorAsAnyOther) {
  for (const std::int64_t rows : {0, 3, 5001}) {
    const Tensor made = on_large_pages({rows, 300}, at::TensorOptions(at::kDouble));
    EXPECT_EQ(made.sizes(), at::IntArrayRef({rows, 300}));
    EXPECT_EQ(made.scalar_type(), at::kDouble);
    EXPECT_TRUE(made.is_contiguous());
    const Tensor numbers = at::arange(rows * 300, at::kDouble).view({rows, 300});
    made.copy_(numbers);
    EXPECT_TRUE(at::equal(made, numbers));
  }
}

}  // namespace
}  // namespace inkling
