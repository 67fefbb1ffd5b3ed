#include "inkling/data/leave_out.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inkling/base/error.h"

namespace inkling {
namespace {

Dataset data() {
  Example one;
  one.text = "a";
  one.label = "x";
  one.tokens = {{0, 1}};
  one.spans = {{0, 1, "s"}};
  one.token_columns = {{"pos", {"N"}}, {"lemma", {"a"}}};
  one.metadata = {{"id", "1"}, {"note", "n"}};
  one.attributes = {{"genre", "g"}};
  return {"d", {one, one}};
}

TEST(LeaveOut, TakesWhatIsNamedFromEveryExample) {
  Dataset left = data();
  leave_out(left, std::vector<std::string>{"label", "id", "genre", "pos", "spans"});
  for (const Example& one : left.examples) {
    EXPECT_FALSE(one.label);
    EXPECT_TRUE(one.spans.empty());
    EXPECT_TRUE(one.attributes.empty());
    EXPECT_THAT(one.metadata, testing::ElementsAre(testing::Pair("note", "n")));
    EXPECT_EQ(one.token_columns.size(), 1);
    EXPECT_EQ(one.tokens.size(), 1);
  }
}

TEST(LeaveOut, ANameThatNoExampleHasIsAnErrorNamingTheNearest) {
  Dataset left = data();
  try {
    leave_out(left, std::vector<std::string>{"nots"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_THAT(error.hint(), testing::HasSubstr("note"));
  }
}

}  // namespace
}  // namespace inkling
