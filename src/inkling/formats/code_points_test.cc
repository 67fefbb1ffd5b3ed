#include "inkling/formats/code_points.h"

#include <gtest/gtest.h>

namespace inkling {
namespace {

TEST(CodePoints, AreBytesInAscii) {
  const CodePoints points("abc");
  EXPECT_EQ(points.size(), 3);
  EXPECT_EQ(points.byte_of(3), 3);
  EXPECT_EQ(points.at_byte(2), 2);
  EXPECT_EQ(points.at_byte(4), std::nullopt);
}

TEST(CodePoints, CountAnEmojiOnceAndACombiningMarkForItself) {
  // e, U+0301, space, U+1F600, b: 1 + 2 + 1 + 4 + 1 bytes.
  const CodePoints points(
      "e\xcc\x81 \xf0\x9f\x98\x80"
      "b");
  EXPECT_EQ(points.size(), 5);
  EXPECT_EQ(points.byte_of(1), 1);
  EXPECT_EQ(points.byte_of(3), 4);
  EXPECT_EQ(points.byte_of(4), 8);
  EXPECT_EQ(points.byte_of(5), 9);
  for (std::int64_t i = 0; i <= points.size(); ++i) EXPECT_EQ(points.at_byte(points.byte_of(i)), i);
  EXPECT_EQ(points.at_byte(2), std::nullopt);
  EXPECT_EQ(points.at_byte(5), std::nullopt);
}

TEST(CodePoints, AnEmptyTextHasOnePlace) {
  EXPECT_EQ(CodePoints("").byte_of(0), 0);
  EXPECT_EQ(CodePoints("").at_byte(0), 0);
}

}  // namespace
}  // namespace inkling
