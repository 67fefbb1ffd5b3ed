#include "inkling/data/conditions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inkling/base/error.h"

namespace inkling {
namespace {

using testing::ElementsAre;

/// Reviews of two domains and two splits; `stars` is metadata, and one has none.
Dataset reviews() {
  Dataset data;
  data.name = "reviews";
  const auto add = [&](const char* text, const char* domain, const char* split, const char* stars) {
    Example example;
    example.text = text;
    example.label = "pos";
    example.attributes = {{"domain", domain}, {"split", split}};
    if (*stars != 0) example.metadata = {{"stars", stars}, {"domain", "elsewhere"}};
    data.examples.push_back(example);
  };
  add("a", "books", "train", "5");
  add("b", "books", "dev", "4");
  add("c", "music", "train", "4");
  add("d", "music", "test", "");
  return data;
}

std::vector<std::string> kept(const std::vector<std::string>& conditions) {
  Dataset data = reviews();
  keep_where(data, conditions);
  std::vector<std::string> texts;
  for (const Example& example : data.examples) texts.push_back(example.text);
  return texts;
}

std::string fault(const std::vector<std::string>& conditions) {
  try {
    kept(conditions);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "";
}

TEST(KeepWhere, TakesOneOfSeveralValues) {
  EXPECT_THAT(kept({}), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(kept({"split=train"}), ElementsAre("a", "c"));
  EXPECT_THAT(kept({"split=train|dev"}), ElementsAre("a", "b", "c"));
}

TEST(KeepWhere, AllConditionsHold) {
  EXPECT_THAT(kept({"split=train|dev", "domain=books"}), ElementsAre("a", "b"));
}

TEST(KeepWhere, ReadsMetadataWhereNoAttributeHasTheName) {
  EXPECT_THAT(kept({"stars=4"}), ElementsAre("b", "c"));
  EXPECT_THAT(kept({"domain=music"}), ElementsAre("c", "d")) << "the attribute comes first";
}

TEST(KeepWhere, RefusesWhatIsNoCondition) {
  for (const char* wrong : {"split", "=train", "split=", "", "split=train|", "split=|train"}) {
    EXPECT_NE(fault({wrong}), "") << wrong;
  }
  EXPECT_EQ(fault({"split"}),
            "where: 'split' is not NAME=VALUE (name an attribute and its value: threshold=t2, or "
            "split=train|dev)");
}

TEST(KeepWhere, AnUnknownNameOrValueNamesTheNearest) {
  EXPECT_THAT(fault({"splot=train"}),
              testing::AllOf(testing::HasSubstr("no example has the attribute 'splot'"),
                             testing::HasSubstr("split")));
  EXPECT_THAT(fault({"split=train|tset"}),
              testing::AllOf(testing::HasSubstr("no example has the split 'tset'"),
                             testing::HasSubstr("test")));
}

TEST(KeepWhere, NothingLeftIsAnErrorThatNamesTheConditions) {
  EXPECT_THAT(fault({"split=dev", "domain=music"}),
              testing::HasSubstr("no example is left by split=dev, domain=music"));
}

TEST(RenameLabels, GivesThemTheirNewNames) {
  Dataset data = reviews();
  data.examples[1].label = "neg";
  data.examples[2].label = std::nullopt;
  data.examples[3].label = "new=one";
  rename_labels(data, {"pos=positive", "absent=other"});
  EXPECT_EQ(data.examples[0].label, "positive");
  EXPECT_EQ(data.examples[1].label, "neg");
  EXPECT_EQ(data.examples[2].label, std::nullopt);
  rename_labels(data, {"positive=neg", "neg=positive"});
  EXPECT_EQ(data.examples[0].label, "neg") << "all at once";
  EXPECT_EQ(data.examples[1].label, "positive");
}

TEST(RenameLabels, RefusesWhatIsNoRenaming) {
  const auto fault_of = [](const std::vector<std::string>& items) -> std::string {
    Dataset data = reviews();
    try {
      rename_labels(data, items);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_EQ(error.where().field, "rename-labels");
      return error.what();
    }
    return "";
  };
  for (const char* wrong : {"pos", "=positive", "pos=", ""}) EXPECT_NE(fault_of({wrong}), "");
  EXPECT_THAT(fault_of({"pos=positive", "pos=good"}), testing::HasSubstr("'pos' is renamed twice"));
}

TEST(JoinAttributes, GivesOneOfTwo) {
  Dataset data = reviews();
  join_attributes(data, "domain+split");
  EXPECT_EQ(group_of(data.examples[0], "domain+split"), "books/train");
  EXPECT_EQ(group_of(data.examples[3], "domain+split"), "music/test");
  join_attributes(data, "domain");
  EXPECT_EQ(group_of(data.examples[0], "domain"), "books");
}

TEST(JoinAttributes, AnExampleThatLacksOneIsAFaultUnlessAllLackThem) {
  Dataset data = reviews();
  join_attributes(data, "stars+colour");
  EXPECT_FALSE(data.examples[0].attributes.contains("stars+colour"));
  data.examples[1].attributes.erase("split");
  EXPECT_THROW(join_attributes(data, "domain+split"), Error);
}

}  // namespace
}  // namespace inkling
