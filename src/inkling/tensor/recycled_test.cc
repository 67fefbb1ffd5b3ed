#include "inkling/tensor/recycled.h"

#include <gtest/gtest.h>

#include <thread>

#include "inkling/tensor/test_help.h"

namespace inkling {
namespace {

constexpr std::int64_t kSize = 100000;  ///< numbers, of a size that is recycled

Tensor floats(std::int64_t size = kSize) {
  return recycled({size}, at::TensorOptions().dtype(at::kFloat));
}

TEST(Recycled, HasTheShapeAndTypeAskedForAndNoGraph) {
  const Tensor made = recycled({200, 300}, at::TensorOptions().dtype(at::kDouble));
  EXPECT_EQ(made.sizes(), (at::IntArrayRef{200, 300}));
  EXPECT_EQ(made.scalar_type(), at::kDouble);
  EXPECT_TRUE(made.is_contiguous());
  EXPECT_FALSE(made.requires_grad());
}

TEST(Recycled, TakesTheMemoryOfOneThatNobodyHolds) {
  Tensor made = floats();
  const void* const at = made.data_ptr();
  made.reset();
  EXPECT_EQ(floats().data_ptr(), at);
  EXPECT_EQ(floats(kSize - 1000).data_ptr(), at) << "of somewhat more room than is needed, too";
  EXPECT_EQ(recycled({kSize}, at::TensorOptions().dtype(at::kInt)).data_ptr(), at);
}

TEST(Recycled, MemoryThatIsHeldIsNeverTaken) {
  // More than are kept, of which every second is held as a part of it alone.
  std::vector<Tensor> held;
  for (int i = 0; i < 20; ++i) {
    Tensor made = floats(kSize + 1000 * (i % 3));
    made.fill_(i);
    held.push_back(i % 2 == 0 ? made : made.narrow(0, 7, 5000));
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE((held[static_cast<std::size_t>(i)] == i).all().item<bool>()) << i;
  }
}

TEST(Recycled, WhatTheGraphHoldsIsHeld) {
  const Tensor weight = leaf(at::ones({kSize}, at::kDouble));
  const auto factor = [&](double value) {
    return recycled({kSize}, at::TensorOptions().dtype(at::kDouble)).fill_(value);
  };
  const Tensor sum = (weight * factor(2)).sum() + (weight * factor(3)).sum();
  factor(100);
  EXPECT_LT(
      testing_help::distance(gradients(sum, {weight}, false)[0], at::full({kSize}, 5, at::kDouble)),
      1e-15);
}

TEST(Recycled, OneOfAnotherSizeHasMemoryOfItsOwn) {
  Tensor made = floats();
  const void* const at = made.data_ptr();
  made.reset();
  EXPECT_NE(floats(3 * kSize).data_ptr(), at);
}

TEST(Recycled, ThreadsDoNotShareMemory) {
  Tensor made = floats();
  const void* const at = made.data_ptr();
  made.reset();
  const Tensor ours = floats();
  ASSERT_EQ(ours.data_ptr(), at);
  std::thread([&] { EXPECT_NE(floats().data_ptr(), at); }).join();
}

}  // namespace
}  // namespace inkling
