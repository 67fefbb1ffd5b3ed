#include "inkling/data/joined_vectors.h"

#include <gtest/gtest.h>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/base/temporary_folder.h"

namespace inkling {
namespace {

class JoinedVectorsTest : public testing::Test {
 protected:
  JoinedVectorsTest() {
    WordVectorsBuilder words("words");
    words.add("good", std::vector<float>{1, 2});
    words.add("film", std::vector<float>{3, 4});
    words.write(path("words"));
    WordVectorsBuilder scores("scores");
    scores.add("bad", std::vector<float>{-5});
    scores.add("good", std::vector<float>{6});
    scores.write(path("scores"));
  }
  std::string path(const std::string& name) const { return folder_.path() / name; }

  TemporaryFolder folder_;
};

TEST_F(JoinedVectorsTest, StandSideBySideAndMissingOnesAreZeros) {
  const JoinedVectors joined = JoinedVectors::open(path("words") + "+" + path("scores"));
  EXPECT_EQ(joined.dimensions(), 3);
  ASSERT_EQ(joined.parts().size(), 2U);
  EXPECT_EQ(joined.parts()[1].begin, 2);
  std::vector<float> row(3, 9);
  EXPECT_TRUE(joined.copy("good", row));
  EXPECT_EQ(row, (std::vector<float>{1, 2, 6}));
  EXPECT_TRUE(joined.copy("film", row));
  EXPECT_EQ(row, (std::vector<float>{3, 4, 0}));
  EXPECT_TRUE(joined.copy("bad", row));
  EXPECT_EQ(row, (std::vector<float>{0, 0, -5}));
  EXPECT_FALSE(joined.copy("other", row));
  EXPECT_EQ(row, (std::vector<float>{0, 0, -5}));
  EXPECT_EQ(joined.words(2), (std::vector<std::string>{"good", "bad"}));
  EXPECT_EQ(joined.words(9), (std::vector<std::string>{"good", "bad", "film"}));
}

TEST_F(JoinedVectorsTest, AnEmptyNameIsRefused) {
  for (const std::string& names : {cat(path("words"), "+"), cat("+", path("words")), cat("+")}) {
    try {
      JoinedVectors::open(names);
      ADD_FAILURE() << names;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage) << names;
      EXPECT_EQ(error.where().field, "vectors");
    }
  }
}

}  // namespace
}  // namespace inkling
