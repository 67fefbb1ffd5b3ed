#include "inkling/formats/token_text.h"

#include <rapidcheck.h>

#include "inkling/data/structure.h"
#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;

std::vector<std::string> tokens_of(const std::string& text,
                                   std::vector<std::int64_t> borders = {}) {
  Example made = example(text);
  made.tokens = tokenise(text, std::move(borders));
  return token_texts(made);
}

TEST(TokenText, WordsMakeATextWithRanges) {
  Example made;
  set_words(made, std::vector<std::string>{"na\xc3\xafve", "!"});
  EXPECT_EQ(made.text, "na\xc3\xafve !");
  EXPECT_EQ(made.tokens, (std::vector<TextRange>{{0, 6}, {7, 8}}));
  EXPECT_TRUE(is_spaced(made));
}

TEST(TokenText, WordsAreFoundInTheirOrderWithSpaceAloneBetween) {
  const std::vector<std::string> words = {"a", "b", "a"};
  EXPECT_EQ(locate_words("ab\n a ", words), (std::vector<TextRange>{{0, 1}, {1, 2}, {4, 5}}));
  EXPECT_EQ(locate_words("a x b a", words), std::nullopt);
  EXPECT_EQ(locate_words("a b a x", words), std::nullopt);
  EXPECT_EQ(locate_words("a b", words), std::nullopt);
}

TEST(TokenText, ABorderCutsAWordAndWhatIsNoWordIsAToken) {
  EXPECT_THAT(tokens_of("Don't re-enter."), ElementsAre("Don't", "re", "-", "enter", "."));
  EXPECT_THAT(tokens_of("Londoners", {6}), ElementsAre("London", "ers"));
  EXPECT_THAT(tokens_of("a <br /> b"), ElementsAre("a", "<br />", "b"));
  EXPECT_THAT(tokens_of("\xe2\x81\xa0 x"), ElementsAre("\xe2\x81\xa0", "x"));
  EXPECT_THAT(tokens_of("ok \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb!"),
              ElementsAre("ok", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", "!"));
  EXPECT_TRUE(tokens_of(" \n").empty());
}

TEST(TokenText, ASpanIsTheTokensInItsBytes) {
  const std::vector<TextRange> tokens = {{0, 2}, {3, 5}, {5, 6}};
  const auto span = [&](std::int64_t begin, std::int64_t end) {
    return span_in(tokens, {begin, end}, "x", {});
  };
  EXPECT_EQ(span(3, 6), (Span{1, 3, "x"}));
  EXPECT_EQ(error_of([&] { span(2, 5); }).kind(), ErrorKind::data);
  EXPECT_EQ(error_of([&] { span(2, 3); }).kind(), ErrorKind::data);
  EXPECT_EQ(error_of([&] { span(1, 5); }).kind(), ErrorKind::data);
  EXPECT_EQ(error_of([&] { span(3, 4); }).kind(), ErrorKind::data);
}

TEST(TokenText, TokensCoverAllButSpaceAndKeepToTheBorders) {
  EXPECT_TRUE(rc::check([] {
    std::string text;
    std::vector<std::int64_t> borders;
    for (const auto& piece :
         *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
             "a", "B", "1", ".", "'", " ", "\n", "\xcc\x81", "\xe2\x80\x8d", "\xf0\x9f\x98\x80",
             "<br>", "\xe2\x81\xa0"))) {
      text += piece;
      if (*rc::gen::inRange(0, 4) == 0) borders.push_back(static_cast<std::int64_t>(text.size()));
    }
    const auto tokens = tokenise(text, borders);
    std::int64_t from = 0;
    for (const TextRange& token : tokens) {
      RC_ASSERT(from <= token.begin);
      RC_ASSERT(token.begin < token.end);
      for (const std::int64_t border : borders)
        RC_ASSERT(border <= token.begin || border >= token.end);
      from = token.end;
    }
    Example made = example(text);
    made.tokens = tokens;
    std::string kept;
    std::string all;
    for (const std::string& token : token_texts(made)) kept += token;
    for (const std::string& whole : {text, kept}) {
      std::string visible;
      for (const char c : whole) {
        if (c != ' ' && c != '\n') visible += c;
      }
      if (all.empty()) all = visible;
      RC_ASSERT(all == visible);
    }
  }));
}

}  // namespace
}  // namespace inkling
