#include "inkling/formats/vader/vader.h"

#include "inkling/data/catalogue.h"
#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(Vader, LabelsAreTheSignsOfStrongRatings) {
  const auto examples =
      read_bytes("vader", "tweets_GroundTruth.txt",
                 "1\t2.75\tgood\r\n2\t-0.4\tmeh\r\n3\t-0.5\tbad\tday\r\n4\t0.5\tok");
  EXPECT_THAT(texts_of(examples), ElementsAre("good", "bad\tday", "ok"));
  EXPECT_EQ(examples[0].label, "positive");
  EXPECT_EQ(examples[1].label, "negative");
  EXPECT_THAT(examples[1].metadata, ElementsAre(Pair("id", "3"), Pair("rating", "-0.5")));
  EXPECT_THAT(examples[0].attributes, ElementsAre(Pair("domain", "tweet")));
  EXPECT_EQ(examples[2].origin.line, 4);
}

TEST(Vader, TheLeastRatingIsAnOption) {
  FormatOptions options;
  options.min_rating = 0;
  const std::string bytes = "1\t0\tnone\n2\t-0.05\tweak\n3\t3\tstrong\n";
  EXPECT_THAT(texts_of(read_bytes("vader", bytes, options)), ElementsAre("weak", "strong"));
  options.min_rating = 3;
  EXPECT_THAT(texts_of(read_bytes("vader", bytes, options)), ElementsAre("strong"));
}

TEST(Vader, TheFileNameGivesTheDomain) {
  const std::vector<std::pair<std::string, std::string>> domains = {
      {"amazonReviewSnippets", "amazon"},
      {"movieReviewSnippets", "movie"},
      {"nytEditorialSnippets", "nyt"},
      {"hotels", "hotels"}};
  for (const auto& [file, domain] : domains) {
    const auto examples = read_bytes("vader", file + "_GroundTruth.txt.gz", "1\t1\ta\n");
    EXPECT_EQ(examples[0].attributes.at("domain"), domain);
  }
  EXPECT_TRUE(read_bytes("vader", "other.txt", "1\t1\ta\n")[0].attributes.empty());
}

TEST(Vader, FaultsAreErrorsWithTheirLine) {
  for (const std::string line :
       {"1\t2", "1\tx\ta", "1\t4.5\ta", "1\tnan\ta", "\t1\ta", "1\t1 \ta"}) {
    const Error error = error_of([&] { read_bytes("vader", "1\t1\ta\n" + line + "\n"); });
    EXPECT_EQ(error.kind(), ErrorKind::data) << line;
    EXPECT_EQ(error.where().line, 2) << line;
  }
}

TEST(Vader, WritesAFileForEachDomain) {
  std::vector<Example> examples = {example("a", "positive"), example("b\tc", "negative")};
  examples[0].metadata = {{"id", "1"}, {"rating", "2.50"}};
  examples[1].metadata = {{"id", "1"}, {"rating", "-1"}};
  examples[0].attributes = {{"domain", "nyt"}};
  examples[1].attributes = {{"domain", "hotels"}};
  const auto files = format_named("vader").write({"", examples}, {});
  ASSERT_EQ(files.size(), 2);
  EXPECT_EQ(files[0].path, "hotels_GroundTruth.txt");
  EXPECT_EQ(files[1].path, "nytEditorialSnippets_GroundTruth.txt");
  EXPECT_EQ(files[1].bytes, "1\t2.50\ta\n");
}

TEST(Vader, WhatItCannotHoldNamesTheExampleAndTheField) {
  Example rated = example("a", "positive");
  rated.metadata = {{"id", "1"}, {"rating", "2"}};
  Example unrated = rated;
  unrated.metadata.erase("rating");
  Example weak = rated;
  weak.metadata["rating"] = "0.2";
  Example wrong = rated;
  wrong.label = "negative";
  Example anonymous = rated;
  anonymous.metadata.erase("id");
  const std::vector<std::pair<Example, std::string>> cases = {
      {unrated, "rating"}, {weak, "rating"}, {wrong, "label"}, {anonymous, "id"}};
  for (const auto& [example, field] : cases) {
    const Error error = error_of([&] { write_bytes("vader", {rated, example}); });
    EXPECT_THAT(error.message(), HasSubstr("example 2: vader cannot hold"));
    EXPECT_EQ(error.where().field, field);
  }
}

TEST(Vader, ReadsTheStudy) {
  Resolved study;
  try {
    study = resolve("vader");
  } catch (const Error&) {
    GTEST_SKIP() << "needs the data set vader (inkling data get vader)";
  }
  const Dataset strong = read_dataset(study.path, {});
  EXPECT_EQ(count_attribute(strong.examples, "domain", "movie"), 10072);
  EXPECT_EQ(count_attribute(strong.examples, "domain", "amazon"), 2985);
  EXPECT_EQ(count_attribute(strong.examples, "domain", "nyt"), 2970);
  EXPECT_EQ(count_attribute(strong.examples, "domain", "tweet"), 3432);
  EXPECT_EQ(count_label(strong.examples, "positive"), 10278);
  EXPECT_EQ(count_label(strong.examples, "negative"), 9181);
  FormatOptions all;
  all.min_rating = 0;
  EXPECT_EQ(read_dataset(study.path, all).examples.size(), 23703 - 383);  // 383 are rated 0
}

}  // namespace
}  // namespace inkling
