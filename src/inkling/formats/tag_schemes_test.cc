#include "inkling/formats/tag_schemes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace inkling {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Tags = std::vector<std::string>;

TEST(TagSchemes, WriteTheSameSpansInEachScheme) {
  const std::vector<Span> spans = {{0, 3, "A"}, {3, 4, "B"}, {5, 6, "A"}};
  EXPECT_EQ(tags_of_spans(spans, 6, TagScheme::bio).tags,
            (Tags{"B-A", "I-A", "I-A", "B-B", "O", "B-A"}));
  EXPECT_EQ(tags_of_spans(spans, 6, TagScheme::iobes).tags,
            (Tags{"B-A", "I-A", "E-A", "S-B", "O", "S-A"}));
  EXPECT_EQ(tags_of_spans(spans, 6, TagScheme::io).tags, (Tags{"A", "A", "A", "B", "O", "A"}));
}

TEST(TagSchemes, NeighboursOfOneTypeAreTwoSpansInBioAndOneInIo) {
  EXPECT_THAT(spans_of_tags(Tags{"B-A", "B-A", "I-A"}, TagScheme::bio, false).spans,
              ElementsAre(Span{0, 1, "A"}, Span{1, 3, "A"}));
  EXPECT_THAT(spans_of_tags(Tags{"A", "A", "O", "A", "B"}, TagScheme::io, false).spans,
              ElementsAre(Span{0, 2, "A"}, Span{3, 4, "A"}, Span{4, 5, "B"}));
}

TEST(TagSchemes, BilouIsReadAsIobes) {
  EXPECT_THAT(spans_of_tags(Tags{"B-A", "L-A", "U-B"}, TagScheme::iobes, false).spans,
              ElementsAre(Span{0, 2, "A"}, Span{2, 3, "B"}));
}

TEST(TagSchemes, ABrokenSequenceNamesItsToken) {
  struct Case {
    Tags tags;
    TagScheme scheme;
    std::size_t token;
  };
  for (const Case& fault : std::vector<Case>{
           {{"O", "I-A"}, TagScheme::bio, 1},
           {{"I-A"}, TagScheme::bio, 0},
           {{"B-A", "I-B"}, TagScheme::bio, 1},
           {{"B-A", "E-A"}, TagScheme::bio, 1},
           {{"B-A", "A"}, TagScheme::bio, 1},
           {{"B-A", "O"}, TagScheme::iobes, 1},
           {{"B-A", "I-A"}, TagScheme::iobes, 1},
           {{"B-A", "S-A"}, TagScheme::iobes, 1},
           {{"S-A", "E-A"}, TagScheme::iobes, 1},
       }) {
    const auto read = spans_of_tags(fault.tags, fault.scheme, false);
    ASSERT_TRUE(read.broken) << fault.tags.back();
    EXPECT_EQ(read.broken->token, fault.token) << fault.tags.back();
  }
}

TEST(TagSchemes, RepairBeginsASpanWhereNoneIsOpen) {
  EXPECT_THAT(spans_of_tags(Tags{"I-A", "I-A", "I-B", "O"}, TagScheme::bio, true).spans,
              ElementsAre(Span{0, 2, "A"}, Span{2, 3, "B"}));
  EXPECT_THAT(
      spans_of_tags(Tags{"E-A", "B-A", "O", "I-B", "S-C", "B-A"}, TagScheme::iobes, true).spans,
      ElementsAre(Span{0, 1, "A"}, Span{1, 2, "A"}, Span{3, 4, "B"}, Span{4, 5, "C"},
                  Span{5, 6, "A"}));
  EXPECT_TRUE(spans_of_tags(Tags{"A"}, TagScheme::bio, true).broken);
}

TEST(TagSchemes, AreToldFromTheTags) {
  const auto guess = [](const Tags& tags) {
    TagSchemeGuess all;
    for (const auto& tag : tags) all.see(tag);
    return all.scheme();
  };
  EXPECT_EQ(guess({"O"}), TagScheme::bio);
  EXPECT_EQ(guess({"O", "I-A", "B-A"}), TagScheme::bio);
  EXPECT_EQ(guess({"B-A", "S-A"}), TagScheme::iobes);
  EXPECT_EQ(guess({"U-A"}), TagScheme::iobes);
  EXPECT_EQ(guess({"O", "art-film"}), TagScheme::io);
  EXPECT_EQ(guess({"B-A", "art-film"}), TagScheme::bio);
}

TEST(TagSchemes, SayWhatTheyCannotHold) {
  const auto fault = [](const std::vector<Span>& spans, TagScheme scheme) {
    return tags_of_spans(spans, 4, scheme).fault;
  };
  EXPECT_THAT(fault({{0, 2, "A"}, {1, 3, "B"}}, TagScheme::bio), HasSubstr("overlap"));
  EXPECT_THAT(fault({{2, 3, "A"}, {0, 1, "B"}}, TagScheme::bio), HasSubstr("order"));
  EXPECT_THAT(fault({{1, 1, "A"}}, TagScheme::bio), HasSubstr("without tokens"));
  EXPECT_THAT(fault({{0, 1, ""}}, TagScheme::iobes), HasSubstr("labelled ''"));
  EXPECT_THAT(fault({{0, 1, "O"}}, TagScheme::io), HasSubstr("labelled 'O'"));
  EXPECT_THAT(fault({{0, 1, "A"}, {1, 2, "A"}}, TagScheme::io), HasSubstr("neighbouring"));
  EXPECT_EQ(fault({{0, 1, "A"}, {1, 2, "A"}}, TagScheme::bio), "");
}

TEST(TagSchemes, ReadBackWhatTheyWrote) {
  EXPECT_TRUE(rc::check([] {
    const auto scheme = *rc::gen::element(TagScheme::bio, TagScheme::iobes, TagScheme::io);
    std::vector<Span> spans;
    std::int64_t at = 0;
    for (const int length : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 4))) {
      if (length > 0)
        spans.push_back({at, at + length, *rc::gen::element<std::string>("A", "B-I")});
      at += length + *rc::gen::inRange(0, 2);
    }
    const auto made = tags_of_spans(spans, static_cast<std::size_t>(at), scheme);
    if (!made.fault.empty()) return;
    const auto read = spans_of_tags(made.tags, scheme, false);
    RC_ASSERT(!read.broken);
    RC_ASSERT(read.spans == spans);
  }));
}

}  // namespace
}  // namespace inkling
