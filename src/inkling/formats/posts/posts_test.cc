#include "inkling/formats/posts/posts.h"

#include "inkling/formats/test_help.h"

namespace inkling::posts {
namespace {

using namespace testing_help;

TEST(Posts, HeaderQuotesAndSignatureAreLeftOut) {
  EXPECT_EQ(own_words("From: a@b\nSubject: Re: c\n\nIn article <1>, d writes:\n> quoted\n| too\n"
                      "First.\n\nSecond.\n-- \nE. F.\nG Inc."),
            "First.\n\nSecond.");
}

/// What follows the last blank line is the signature, a quote too.
TEST(Posts, ASignatureIsFoundBeforeQuotesAre) {
  EXPECT_EQ(own_words("From: a\n\na\n\nb\n\n> q"), "a\n\nb");
}

TEST(Posts, ATextWithoutABlankLineKeepsItsEnd) {
  EXPECT_EQ(own_words("From: a\n\nOne line.\nAnother."), "One line.\nAnother.");
  EXPECT_EQ(own_words("From: a\n\n--\nOnly a signature."), "--\nOnly a signature.");
}

TEST(Posts, AHeaderAloneIsNoText) {
  EXPECT_EQ(own_words("From: a\nSubject: b"), "");
  EXPECT_EQ(own_words(""), "");
}

TEST(Posts, AreReadAsJsonLines) {
  const auto examples =
      read_bytes("posts", R"({"text": "From: a\n\nMine.\n\n--\nA.", "label": "x", "id": "7"})"
                          "\n");
  ASSERT_EQ(examples.size(), 1);
  EXPECT_EQ(examples[0].text, "Mine.\n");
  EXPECT_EQ(*examples[0].label, "x");
}

TEST(Posts, WhatWouldBeReadAsAQuoteCannotBeWritten) {
  EXPECT_EQ(read_bytes("posts", write_bytes("posts", {example("a\n\nb", "x")}))[0].text, "a\n\nb");
  EXPECT_EQ(error_of([] { write_bytes("posts", {example("> b", "x")}); }).kind(), ErrorKind::data);
}

}  // namespace
}  // namespace inkling::posts
