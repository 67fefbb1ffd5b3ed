#include "inkling/api/flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "inkling/base/error.h"

namespace inkling {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Warm {
  double rate = 0.5;
  std::int64_t steps = 3;
  template <class Visitor>
  void fields(Visitor& field) {
    field("rate", rate, "a rate");
    field("steps", steps, "steps that train has too");
  }
};

std::vector<PluginEntry> entries(std::initializer_list<std::string_view> names) {
  std::vector<PluginEntry> all;
  for (const auto name : names) {
    all.push_back(entry<Warm>({name, "summary", "when", "source", ""}));
  }
  return all;
}

const Flag& named(const std::vector<Flag>& flags, std::string_view section,
                  std::string_view field) {
  for (const Flag& flag : flags) {
    if (flag.section == section && flag.field == field) return flag;
  }
  throw Error(ErrorKind::internal, "no such flag");
}

TEST(Flags, OfTheSecondSectionWithANameCarryTheSection) {
  const auto flags = flags_of(entries({"t"}), entries({"e"}), entries({"m", "n"}));
  EXPECT_EQ(named(flags, "train", "steps").name, "steps");
  EXPECT_EQ(named(flags, "task", "rate").name, "rate");
  EXPECT_EQ(named(flags, "task", "steps").name, "task-steps");
  EXPECT_EQ(named(flags, "encoder", "rate").name, "encoder-rate");
  EXPECT_EQ(named(flags, "method", "steps").name, "method-steps");
  EXPECT_THAT(named(flags, "method", "steps").plugins, ElementsAre("m", "n"));
  EXPECT_EQ(named(flags, "method", "name").name, "method");
}

TEST(Flags, OfAllThatIsRegisteredAreDistinct) {
  std::set<std::string> names;
  std::set<std::string> variables = {"INKLING_DATA", "INKLING_CACHE", "INKLING_ENGINE",
                                     "INKLING_TORCH"};
  for (const Flag& flag : config_flags()) {
    EXPECT_TRUE(names.insert(flag.name).second) << flag.name;
    EXPECT_TRUE(variables.insert(environment_name(flag.name)).second) << flag.name;
  }
}

TEST(Flags, AreReadFromTheEnvironment) {
  const char* const environment[] = {"HOME=/",          "INKLING_VALIDATE_EVERY=7",
                                     "INKLING_DATA=/d", "INKLING_STEPZ=1",
                                     "INKLING_OUT=a=b", nullptr};
  std::vector<std::string> unknown;
  const auto given = flags_in_environment(environment, unknown);
  ASSERT_EQ(given.size(), 2U);
  EXPECT_EQ(given[0].flag->name, "validate-every");
  EXPECT_EQ(given[0].text, "7");
  EXPECT_EQ(given[1].text, "a=b");
  EXPECT_THAT(unknown, ElementsAre("INKLING_STEPZ"));
}

GivenFlag given(std::string_view section, std::string_view field, std::string text) {
  return {flag_of(section, field), std::move(text)};
}

TEST(Flags, GoOverVariablesThatGoOverTheFile) {
  const ConfigValues file = {{"train", {{"steps", "1"}, {"seed", "1"}, {"shard", "1"}}}};
  const RunConfig config =
      config_with_flags(file, {given("train", "steps", "2"), given("train", "seed", "2")},
                        {given("train", "steps", "3")});
  EXPECT_EQ(config.train.steps, 3);
  EXPECT_EQ(config.train.seed, 2);
  EXPECT_EQ(config.train.shard, 1);
}

TEST(Flags, OfAPluginThatIsNotChosenAreRefusedAndSuchVariablesPassedOver) {
  const auto inner_steps = given("method", "inner-steps", "3");
  const auto protonet = given("method", "name", "protonet");
  try {
    config_with_flags({}, {}, {inner_steps, protonet});
    FAIL() << "nothing was refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.where().field, "--inner-steps");
    EXPECT_THAT(error.message(), HasSubstr("but the method is protonet"));
  }
  EXPECT_EQ(config_with_flags({}, {inner_steps}, {protonet}).method.name, "protonet");
  const ConfigValues file = {{"method", {{"name", "maml"}, {"inner-steps", "2"}}}};
  EXPECT_EQ(config_with_flags(file, {}, {protonet}).method.name, "protonet");
  const auto maml = given("method", "name", "maml");
  EXPECT_EQ(config_with_flags({}, {protonet}, {maml}).method.name, "maml");
}

TEST(Flags, AreNamedInTheErrorOfTheirValue) {
  const auto field_of_refusal = [](const std::vector<GivenFlag>& variables,
                                   const std::vector<GivenFlag>& flags) {
    try {
      config_with_flags({}, variables, flags);
    } catch (const Error& error) {
      return error.where().field;
    }
    return std::string();
  };
  EXPECT_EQ(field_of_refusal({}, {given("train", "steps", "x")}), "--steps");
  EXPECT_EQ(field_of_refusal({given("train", "steps", "x")}, {}), "INKLING_STEPS");
  EXPECT_EQ(field_of_refusal({}, {given("method", "name", "mmal")}), "--method");
}

}  // namespace
}  // namespace inkling
