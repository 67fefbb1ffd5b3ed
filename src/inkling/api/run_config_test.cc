#include "inkling/api/run_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inkling/api/config_file.h"
#include "inkling/base/error.h"

namespace inkling {
namespace {

using ::testing::HasSubstr;

Error refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was refused";
  return Error(ErrorKind::internal, "");
}

TEST(RunConfig, ComesBackFromItsValues) {
  RunConfig config = make_config("classification", "average", "protonet");
  config.data.train = {"a, b.csv", "c"};
  config.train.learning_rate = 0.1 + 0.2;
  config.train.resume = true;
  const ConfigValues values = config_values(config);
  EXPECT_EQ(config_values(config_from_values(values)), values);
  EXPECT_EQ(values.at("method").at("name"), "protonet");
  EXPECT_EQ(config_from_values(values).train.learning_rate, 0.1 + 0.2);
}

TEST(RunConfig, IsAtItsDefaultsWhereNothingIsSaid) {
  EXPECT_EQ(config_values(config_from_values({})),
            config_values(make_config(kDefaultTask, kDefaultEncoder, kDefaultMethod)));
}

TEST(RunConfig, NamesTheNearestSectionFieldAndPlugin) {
  const Error section = refusal([] { config_from_values({{"episode", {}}}); });
  EXPECT_EQ(section.where().field, "episode");
  EXPECT_THAT(section.hint(), HasSubstr("'episodes'"));
  const Error field = refusal([] { config_from_values({{"train", {{"stps", "3"}}}}); });
  EXPECT_EQ(field.where().field, "train.stps");
  EXPECT_THAT(field.hint(), HasSubstr("'steps'"));
  const Error plugin = refusal([] { config_from_values({{"method", {{"name", "protonett"}}}}); });
  EXPECT_THAT(plugin.hint(), HasSubstr("'protonet'"));
}

TEST(RunConfig, CopiesDoNotShareSections) {
  RunConfig config = config_from_values({});
  RunConfig copy = config;
  set_fields(sections_of(copy)[8].fields, {{"episodes", "7"}});
  EXPECT_EQ(config.eval.episodes, 600);
  EXPECT_EQ(copy.eval.episodes, 7);
}

TEST(RunConfig, AnotherPluginDropsTheOptionsOfTheOld) {
  const ConfigValues base = {{"method", {{"inner-steps", "3"}}}, {"train", {{"steps", "9"}}}};
  EXPECT_EQ(merged(base, {{"method", {{"name", "protonet"}}}}).at("method").size(), 1U);
  EXPECT_EQ(merged(base, {{"method", {{"name", kDefaultMethod}}}}).at("method").at("inner-steps"),
            "3");
  EXPECT_EQ(merged(base, {{"train", {{"steps", "1"}}}}).at("train").at("steps"), "1");
}

TEST(RunConfig, SectionNamesAreThoseOfTheSections) {
  RunConfig config;
  std::vector<std::string> names;
  for (const ConfigSection& section : sections_of(config)) names.push_back(section.name);
  EXPECT_EQ(names, section_names());
}

TEST(ConfigFile, SetsWhatItSays) {
  const ConfigValues values =
      parse_config("[episodes]\nshots = 1\n[method]\nname = \"protonet\"\n", "x.toml");
  const RunConfig config = config_from_values(values);
  EXPECT_EQ(config.episodes.shots, 1);
  EXPECT_EQ(config.method.name, "protonet");
}

TEST(ConfigFile, AnExperimentGivesWhatItsSettingsShare) {
  const ConfigValues values = parse_config(R"(
name = "reviews"
[train]
steps = 7
[[setting]]
name = "k=5"
metric = "accuracy"
[setting.episodes]
shots = 3
)",
                                           "reviews.toml");
  EXPECT_EQ(values, (ConfigValues{{"train", {{"steps", "7"}}}}));
}

TEST(ConfigFile, RefusesWithFileLineAndNearestName) {
  const auto what = [](const std::string& text) {
    return std::string(refusal([&] { parse_config(text, "x.toml"); }).what());
  };
  EXPECT_EQ(what("[episodes]\nshots = 1\nway = 5\n"),
            "x.toml:3 (episodes.way): is not an option (did you mean 'ways'?)");
  EXPECT_EQ(what("[episods]\n"),
            "x.toml:1 (episods): is not known here (did you mean 'episodes'?)");
  EXPECT_EQ(what("[train]\nsteps = \"many\"\n"),
            "x.toml:2 (train.steps): 'many' is not a whole number from 0 to 1e+12");
  EXPECT_THAT(what("\n[method]\nname = \"mmal\"\n"), HasSubstr("x.toml:3 (method.name)"));
  EXPECT_THAT(what("train = 5\n"), HasSubstr("write [train]"));
  EXPECT_THAT(what("[train]\nsteps = {a = 1}\n"), HasSubstr("x.toml:2 (train.steps)"));
}

}  // namespace
}  // namespace inkling
