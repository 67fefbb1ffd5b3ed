#include "inkling/api/role_questions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inkling {
namespace {

TEST(RoleQuestions, AreOneAPredicateWithItsBytesInTheText) {
  const std::string text = "She  said he gave";
  Prediction found;
  found.spans = {{5, 9, "V", 1}, {13, 17, "V", 1}};
  const auto asked = predicate_questions(text, found);
  EXPECT_THAT(asked, testing::ElementsAre("She [said](V) he gave", "She said he [gave](V)"));
  Prediction answer;
  answer.spans = {{9, 11, "ARG0", 1}, {13, 17, "V", 1}};
  move_into_text(answer, asked[1], text);
  EXPECT_EQ(answer.spans->at(0).begin, 10);
  EXPECT_EQ(answer.spans->at(0).end, 12);
  EXPECT_EQ(text.substr(13, 4), "gave");
  EXPECT_EQ(answer.spans->at(1).begin, 13);
}

TEST(RoleQuestions, ATextMayAskItself) {
  EXPECT_TRUE(asks_about_predicate("She [gave](V:give.01) it"));
  EXPECT_FALSE(asks_about_predicate("[She](ARG0) gave it"));
}

}  // namespace
}  // namespace inkling
