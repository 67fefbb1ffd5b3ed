#include "inkling/data/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inkling/base/error.h"

namespace inkling {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Dataset labelled(const std::vector<std::string>& labels) {
  Dataset dataset;
  for (const std::string& label : labels) {
    Example example;
    example.label = label;
    dataset.examples.push_back(example);
  }
  return dataset;
}

TEST(Dataset, LabelsOfIntegersAreOrderedAsNumbers) {
  EXPECT_THAT(labelled({"10", "9", "-1", "9", "0"}).labels().names(),
              ElementsAre("-1", "0", "9", "10"));
}

TEST(Dataset, OtherLabelsAreOrderedAsBytes) {
  EXPECT_THAT(labelled({"b", "10", "9", "B", "b"}).labels().names(),
              ElementsAre("10", "9", "B", "b"));
}

TEST(Dataset, SoftTargetsNameLabelsToo) {
  Dataset dataset = labelled({"b"});
  dataset.examples.emplace_back().soft_targets = {{"a", 0.25}, {"b", 0.75}};
  EXPECT_THAT(dataset.labels().names(), ElementsAre("a", "b"));
}

TEST(Dataset, UnlabelledExamplesBringNoLabel) {
  Dataset dataset;
  dataset.examples.emplace_back();
  EXPECT_EQ(dataset.labels().size(), 0);
}

TEST(LabelSet, FindsEachNameAtItsPlace) {
  const LabelSet labels = LabelSet::from_names({"sports", "arts"});
  EXPECT_EQ(labels.find("arts"), 1);
  EXPECT_EQ(labels.id("sports"), 0);
  EXPECT_EQ(labels.find("art"), -1);
  EXPECT_EQ(labels[1].name, "arts");
}

TEST(LabelSet, RefusesANameThatIsThereTwice) {
  EXPECT_THROW(LabelSet::from_names({"a", "b", "a"}), Error);
}

TEST(LabelSet, AnUnknownLabelNamesTheNearest) {
  try {
    LabelSet::from_names({"sports", "arts"}).id("sport");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_THAT(error.hint(), HasSubstr("sports"));
  }
}

TEST(Dataset, TheGroupOfAnExampleIsItsAttribute) {
  Example example;
  example.attributes["domain"] = "books";
  EXPECT_EQ(group_of(example, "domain"), "books");
}

TEST(Dataset, AMissingGroupNamesThePlaceAndTheNearestAttribute) {
  Example example;
  example.attributes["domain"] = "books";
  example.origin = {"reviews.jsonl", 7};
  try {
    group_of(example, "domian");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.where().file, "reviews.jsonl");
    EXPECT_EQ(error.where().line, 7);
    EXPECT_THAT(error.hint(), HasSubstr("domain"));
  }
}

}  // namespace
}  // namespace inkling
