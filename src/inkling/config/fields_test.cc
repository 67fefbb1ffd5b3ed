#include "inkling/config/fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "inkling/base/error.h"

namespace inkling {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Options {
  bool lowercase = true;
  std::int64_t steps = 5;
  double rate = 0.1;
  std::string adapt = "all";
  std::vector<std::string> train;

  template <class Visitor>
  void fields(Visitor& field) {
    field("lowercase", lowercase, "fold case");
    field("steps", steps, "gradient steps", between(0, 10000));
    field("rate", rate, "step size", positive());
    field("adapt", adapt, "what is adapted", one_of({"all", "head", "body"}));
    field("train", train, "data");
  }
};

std::string refusal(const std::map<std::string, std::string>& values) {
  Options options;
  try {
    set_fields(fields_of(options), values);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

TEST(Fields, AreSetFromText) {
  Options options;
  set_fields(fields_of(options), {{"lowercase", "false"},
                                  {"steps", "12"},
                                  {"rate", "1e-3"},
                                  {"adapt", "head"},
                                  {"train", "a.csv, b c.csv"}});
  EXPECT_FALSE(options.lowercase);
  EXPECT_EQ(options.steps, 12);
  EXPECT_EQ(options.rate, 1e-3);
  EXPECT_EQ(options.adapt, "head");
  EXPECT_THAT(options.train, ElementsAre("a.csv", "b c.csv"));
}

TEST(Fields, RefuseWhatTheyCannotBeAndSayWhatTheyCan) {
  EXPECT_EQ(refusal({{"steps", "1.5"}}), "steps: '1.5' is not a whole number from 0 to 10000");
  EXPECT_EQ(refusal({{"steps", "10001"}}), "steps: '10001' is not a whole number from 0 to 10000");
  EXPECT_EQ(refusal({{"steps", ""}}), "steps: '' is not a whole number from 0 to 10000");
  EXPECT_EQ(refusal({{"steps", "99999999999999999999"}}),
            "steps: '99999999999999999999' is not a whole number from 0 to 10000");
  EXPECT_EQ(refusal({{"rate", "0"}}), "rate: '0' is not a number > 0");
  EXPECT_EQ(refusal({{"rate", "nan"}}), "rate: 'nan' is not a number > 0");
  EXPECT_EQ(refusal({{"rate", "inf"}}), "rate: 'inf' is not a number > 0");
  EXPECT_EQ(refusal({{"lowercase", "maybe"}}), "lowercase: 'maybe' is not true or false");
  EXPECT_EQ(refusal({{"adapt", "haed"}}),
            "adapt: 'haed' is not one of all, head, body (did you mean 'head'?)");
  EXPECT_THAT(refusal({{"train", "a,,b"}}), HasSubstr("an empty item"));
}

TEST(Fields, NameTheNearestOfAnUnknownOne) {
  EXPECT_EQ(refusal({{"stepz", "1"}}), "stepz: is not an option (did you mean 'steps'?)");
}

TEST(Fields, KeepTheirValueWhenTextIsRefused) {
  Options options;
  EXPECT_THROW(set_fields(fields_of(options), {{"steps", "x"}}), Error);
  EXPECT_EQ(options.steps, 5);
}

TEST(Fields, SayWhatIsExpectedOfOpenAndClosedRanges) {
  std::int64_t whole = 0;
  double number = 0;
  std::vector<std::string> list;
  EXPECT_EQ(expected({"n", &whole, "", {}}), "a whole number");
  EXPECT_EQ(expected({"n", &number, "", {.low = 0, .choices = {}}}), "a number >= 0");
  EXPECT_EQ(expected({"n", &number, "", {.low = 0, .high = 1, .low_open = true, .choices = {}}}),
            "a number > 0 and <= 1");
  EXPECT_EQ(expected({"n", &list, "", one_of({"a", "b"})}),
            "a comma-separated list, each one of a, b");
}

RC_GTEST_PROP(Fields, ReadTheirOwnTextBack,
              (bool flag, std::int64_t whole, double number, const std::string& word,
               const std::vector<std::string>& words)) {
  Options options{flag, std::abs(whole % 10001), std::abs(number) + 1e-9, word, {}};
  RC_PRE(std::isfinite(options.rate));
  for (const std::string& one : words) {
    if (!one.empty()) options.train.push_back(one);
  }
  options.adapt = "body";
  Options copy;
  set_fields(fields_of(copy), field_map(fields_of(options)));
  RC_ASSERT(copy.lowercase == options.lowercase);
  RC_ASSERT(copy.steps == options.steps);
  RC_ASSERT(copy.rate == options.rate);
  RC_ASSERT(copy.train == options.train);
}

TEST(Lists, KeepCommasBackslashesAndOuterSpaces) {
  const std::vector<std::string> items = {"a,b", "c\\", " d ", "e f", " "};
  EXPECT_EQ(split_list(join_list(items)), items);
  EXPECT_THAT(split_list(" a , b\t"), ElementsAre("a", "b"));
  EXPECT_TRUE(split_list("  ").empty());
}

}  // namespace
}  // namespace inkling
