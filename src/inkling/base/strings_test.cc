#include "inkling/base/strings.h"

#include <gtest/gtest.h>

namespace inkling {
namespace {

TEST(Strings, TheNearestNameHasTheFewestEdits) {
  const std::vector<std::string> names = {"shots", "shards", "steps", "seed"};
  EXPECT_EQ(nearest("shot", names), "shots");
  EXPECT_EQ(nearest("sseed", names), "seed");
  EXPECT_EQ(nearest("stops", names), "steps");
  EXPECT_EQ(nearest("learning-rate", names), "");
}

TEST(Strings, ASwapOfNeighboursIsOneEdit) {
  const std::vector<std::string> names = {"abxx", "bacd"};
  EXPECT_EQ(nearest("abcd", names), "bacd") << "one swap; the other has two letters changed";
  EXPECT_EQ(nearest("lable", std::vector<std::string>{"table", "label"}), "table")
      << "of equally near ones the first";
  EXPECT_EQ(nearest("lable", std::vector<std::string>{"stable", "label"}), "label");
}

}  // namespace
}  // namespace inkling
