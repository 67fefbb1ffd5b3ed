#include "inkling/data/splits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <numeric>
#include <set>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

using testing::HasSubstr;

const std::vector<double> kEightOneOne = {0.8, 0.1, 0.1};

/// `labels` labels in turn, `groups` groups, each example with a text of its own.
Dataset data_of(int examples, int labels, int groups) {
  Dataset dataset;
  dataset.name = "d";
  for (int i = 0; i < examples; ++i) {
    Example& example = dataset.examples.emplace_back();
    example.text = cat("text ", i);
    example.label = cat("l", i % labels);
    example.attributes["domain"] = cat("g", i / labels % groups);
    example.origin = {"d.jsonl", i + 1};
  }
  return dataset;
}

SplitRule rule_of(SplitBy by, std::uint64_t seed = 1) {
  return {.by = by, .group = "domain", .fractions = kEightOneOne, .seed = seed};
}

std::string fault(ErrorKind kind, const Dataset& dataset, const SplitRule& rule) {
  try {
    split_places(dataset, rule);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.what();
  }
  return "";
}

template <class Value>
std::vector<std::set<std::string>> values_of(const Dataset& dataset,
                                             const std::vector<std::vector<std::int64_t>>& parts,
                                             Value value) {
  std::vector<std::set<std::string>> values;
  for (const auto& part : parts) {
    values.emplace_back();
    for (const std::int64_t i : part)
      values.back().insert(value(dataset.examples[static_cast<std::size_t>(i)]));
  }
  return values;
}

void expect_disjoint(const std::vector<std::set<std::string>>& parts) {
  std::set<std::string> seen;
  for (const auto& part : parts) {
    EXPECT_FALSE(part.empty());
    for (const std::string& value : part) EXPECT_TRUE(seen.insert(value).second) << value;
  }
}

TEST(Splits, EveryExampleIsInOnePart) {
  const Dataset dataset = data_of(200, 20, 10);
  for (const SplitBy by : {SplitBy::label, SplitBy::group, SplitBy::random}) {
    std::vector<std::int64_t> all;
    for (const auto& part : split_places(dataset, rule_of(by))) {
      EXPECT_TRUE(std::is_sorted(part.begin(), part.end()));
      all.insert(all.end(), part.begin(), part.end());
    }
    std::sort(all.begin(), all.end());
    std::vector<std::int64_t> expected(200);
    std::iota(expected.begin(), expected.end(), 0);
    EXPECT_EQ(all, expected);
  }
}

TEST(Splits, ByLabelNoLabelStandsInTwoParts) {
  const Dataset dataset = data_of(200, 20, 1);
  const auto labels = values_of(dataset, split_places(dataset, rule_of(SplitBy::label)),
                                [](const Example& example) { return *example.label; });
  expect_disjoint(labels);
  EXPECT_EQ(labels[0].size(), 16U);
  EXPECT_EQ(labels[1].size(), 2U);
}

TEST(Splits, ByGroupNoGroupStandsInTwoParts) {
  const Dataset dataset = data_of(200, 2, 10);
  const auto groups =
      values_of(dataset, split_places(dataset, rule_of(SplitBy::group)),
                [](const Example& example) { return example.attributes.at("domain"); });
  expect_disjoint(groups);
  EXPECT_EQ(groups[0].size(), 8U);
}

TEST(Splits, SmallPartsGetTheirLabelWhereThereIsOneForEach) {
  const Dataset dataset = data_of(30, 3, 1);
  for (const auto& part : split_places(dataset, rule_of(SplitBy::label)))
    EXPECT_EQ(part.size(), 10U);
}

TEST(Splits, AtRandomNoTextStandsInTwoParts) {
  EXPECT_TRUE(rc::check([] {
    Dataset dataset = data_of(*rc::gen::inRange(100, 300), *rc::gen::inRange(1, 5), 2);
    for (Example& example : dataset.examples) {
      if (*rc::gen::arbitrary<bool>()) example.text = cat("text ", *rc::gen::inRange(0, 50));
    }
    const auto parts =
        split_places(dataset, rule_of(SplitBy::random, *rc::gen::arbitrary<std::uint64_t>()));
    expect_disjoint(values_of(dataset, parts, [](const Example& example) { return example.text; }));
  }));
  EXPECT_FALSE(testing::Test::HasFailure());
}

TEST(Splits, AtRandomEachPartHasTheLabelsOfTheWhole) {
  Dataset dataset = data_of(1000, 2, 1);
  for (std::size_t i = 0; i < 600; ++i) dataset.examples[i].label = "l0";  // 800 of l0, 200 of l1
  const auto parts = split_places(dataset, rule_of(SplitBy::random));
  const std::vector<std::int64_t> sizes = {800, 100, 100};
  for (std::size_t part = 0; part < parts.size(); ++part) {
    std::map<std::string, std::int64_t> counts;
    for (const std::int64_t i : parts[part])
      ++counts[*dataset.examples[static_cast<std::size_t>(i)].label];
    EXPECT_NEAR(static_cast<double>(counts["l0"]), 0.8 * static_cast<double>(sizes[part]), 1);
    EXPECT_NEAR(static_cast<double>(counts["l1"]), 0.2 * static_cast<double>(sizes[part]), 1);
  }
}

TEST(Splits, DependOnTheSeedAlone) {
  const Dataset dataset = data_of(200, 20, 10);
  for (const SplitBy by : {SplitBy::label, SplitBy::group, SplitBy::random}) {
    EXPECT_EQ(split_places(dataset, rule_of(by, 3)), split_places(dataset, rule_of(by, 3)));
    EXPECT_NE(split_places(dataset, rule_of(by, 3)), split_places(dataset, rule_of(by, 4)));
  }
}

TEST(Splits, UnlabelledTextsAreSplitAtRandomAndNotByLabel) {
  Dataset dataset = data_of(50, 2, 1);
  dataset.examples[7].label.reset();
  EXPECT_EQ(fault(ErrorKind::data, dataset, rule_of(SplitBy::random)), "");
  EXPECT_THAT(fault(ErrorKind::data, dataset, rule_of(SplitBy::label)), HasSubstr("d.jsonl:8"));
}

TEST(Splits, GiveDataSetsWithTheirExamples) {
  const Dataset dataset = data_of(200, 4, 2);
  const auto places = split_places(dataset, rule_of(SplitBy::random));
  const auto parts = split_dataset(dataset, rule_of(SplitBy::random));
  ASSERT_EQ(parts.size(), 3U);
  for (std::size_t part = 0; part < 3; ++part) {
    ASSERT_EQ(parts[part].examples.size(), places[part].size());
    EXPECT_EQ(parts[part].name, "d");
    for (std::size_t i = 0; i < places[part].size(); ++i)
      EXPECT_EQ(parts[part].examples[i],
                dataset.examples[static_cast<std::size_t>(places[part][i])]);
  }
}

TEST(Splits, TooFewUnitsAreAnError) {
  EXPECT_THAT(fault(ErrorKind::data, data_of(20, 2, 1), rule_of(SplitBy::label)),
              HasSubstr("2 different labels: too few for 3 parts"));
  EXPECT_THAT(fault(ErrorKind::data, data_of(20, 2, 2), rule_of(SplitBy::group)),
              HasSubstr("2 different groups"));
  EXPECT_THAT(fault(ErrorKind::data, data_of(3, 1, 1), rule_of(SplitBy::random)),
              HasSubstr("3 different texts"));
  EXPECT_NE(fault(ErrorKind::data, {}, rule_of(SplitBy::random)), "");
}

TEST(Splits, FractionsAreReadStrictly) {
  EXPECT_EQ(parse_fractions("0.8/0.1/0.1"), kEightOneOne);
  EXPECT_EQ(parse_fractions(".5/.5"), (std::vector<double>{0.5, 0.5}));
  for (const char* text :
       {"", "1", "0.5", "0.5/0.6", "0.5/0.5/0", "-1/2", "a/b", "0.5/", "nan/1", "0.5,0.5"})
    EXPECT_THROW(parse_fractions(text), Error) << text;
  EXPECT_EQ(split_by_named("group"), SplitBy::group);
  EXPECT_THROW(split_by_named("groups"), Error);
}

}  // namespace
}  // namespace inkling
