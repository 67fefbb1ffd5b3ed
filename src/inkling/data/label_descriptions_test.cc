#include "inkling/data/label_descriptions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/temporary_folder.h"

namespace inkling {
namespace {

using testing::ElementsAre;

class LabelDescriptionsTest : public testing::Test {
 protected:
  LabelDescriptions read(const std::string& content) {
    write_file(folder_.path() / "d.json", content);
    return read_label_descriptions(folder_.path() / "d.json");
  }

  static Error error_of(const std::function<void()>& call) {
    try {
      call();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no Error";
    return {ErrorKind::internal, ""};
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(LabelDescriptionsTest, AreTextsOrListsOfThemInWordsBetweenSpaces) {
  const auto all = read(R"j({"P1": ["part of", "a whole (its  owner's)"], "P2": "spouse"})j");
  EXPECT_EQ(all.at("P1"), "part of a whole ( its owner's )");
  EXPECT_THAT(descriptions_of(all, std::vector<std::string>{"P2", "P1"}, false, "d"),
              ElementsAre("spouse", "part of a whole ( its owner's )"));
}

TEST_F(LabelDescriptionsTest, OfPairsMarkTheirFirstAndLastWord) {
  const auto all = read(R"({"P1": ["part of", "it"], "P2": "spouse", "P3": "<e1> x"})");
  EXPECT_THAT(descriptions_of(all, std::vector<std::string>{"P1", "P2", "P3"}, true, "d"),
              ElementsAre("<e1> part </e1> of <e2> it </e2>", "<e1> spouse </e1> <e2> spouse </e2>",
                          "<e1> < </e1> e1 > <e2> x </e2>"));
}

TEST_F(LabelDescriptionsTest, WhatIsNoneIsSaid) {
  EXPECT_EQ(error_of([&] { read("[1]"); }).kind(), ErrorKind::data);
  EXPECT_EQ(error_of([&] { read("{\"P1\": "); }).kind(), ErrorKind::data);
  EXPECT_EQ(error_of([&] { read(R"({"P1": 3})"); }).where().field, "P1");
  EXPECT_EQ(error_of([&] { read(R"({"P1": ["a", {}]})"); }).where().field, "P1");
  EXPECT_EQ(error_of([&] { read(R"({"P1": " "})"); }).message(), "the description has no word");
  const auto all = read(R"({"P1": "a"})");
  EXPECT_EQ(
      error_of([&] { descriptions_of(all, std::vector<std::string>{"P7"}, true, "d"); }).message(),
      "the label 'P7' has no description");
}

}  // namespace
}  // namespace inkling
