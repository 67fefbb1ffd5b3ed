#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "inkling/api/run_config.h"
#include "inkling/base/error.h"

namespace inkling {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kHead = "name = \"x\"\n";
constexpr const char* kSetting = "[[setting]]\nname = \"k=5\"\nmetric = \"accuracy\"\n";

std::string refusal(const std::string& text) {
  try {
    parse_experiment(text, "x.toml");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

TEST(Experiment, HoldsWhatTheFileSays) {
  const Experiment experiment = parse_experiment(R"(
name = "vader-amazon"
summary = "five a class"
seeds = [1, 2, 3]
[data]
train = ["vader"]
[train]
steps = 50
[[setting]]
name = "k=5"
metric = "balanced accuracy"
known = "joint linear 72.6"
must = { op = ">=", value = 74 }
aim = { op = "beats", versus = "k=1", margin = 0.5, beyond_interval = true }
method = { name = "protonet" }
[[setting]]
name = "k=1"
metric = "accuracy"
[setting.episodes]
shots = 1
)",
                                                 "x.toml");
  EXPECT_EQ(experiment.name, "vader-amazon");
  EXPECT_EQ(experiment.protocol, "episodes");
  EXPECT_THAT(experiment.seeds, ElementsAre(1, 2, 3));
  ASSERT_EQ(experiment.settings.size(), 2U);
  const Setting& first = experiment.settings[0];
  EXPECT_EQ(first.metric, "balanced accuracy");
  EXPECT_EQ(first.known, "joint linear 72.6");
  EXPECT_EQ(first.must->op, ">=");
  EXPECT_EQ(first.must->value, 74);
  EXPECT_EQ(first.aim->versus, "k=1");
  EXPECT_EQ(first.aim->margin, 0.5);
  EXPECT_TRUE(first.aim->beyond_interval);
  EXPECT_EQ(config_of(experiment, first).method.name, "protonet");
  EXPECT_EQ(config_of(experiment, first).train.steps, 50);
  EXPECT_FALSE(experiment.settings[1].must.has_value());
  EXPECT_EQ(config_of(experiment, experiment.settings[1]).episodes.shots, 1);
  EXPECT_EQ(config_of(experiment, experiment.settings[1]).method.name, kDefaultMethod);
}

TEST(Experiment, RefusesAnUnknownKeyWithItsLineAndTheNearest) {
  EXPECT_EQ(refusal(std::string(kHead) + "sumary = \"s\"\n" + kSetting),
            "x.toml:2 (sumary): is not known here (did you mean 'summary'?)");
  EXPECT_EQ(refusal(std::string(kHead) + kSetting + "metrik = \"f1\"\n"),
            "x.toml:5 (metrik): is not known here (did you mean 'metric'?)");
  EXPECT_EQ(refusal(std::string(kHead) + kSetting + "must = { op = \">=\", valu = 3 }\n"),
            "x.toml:5 (valu): is not known here (did you mean 'value'?)");
  EXPECT_EQ(refusal(std::string(kHead) + kSetting + "train = { stesp = 3 }\n"),
            "x.toml:5 (train.stesp): is not an option (did you mean 'steps'?)");
}

TEST(Experiment, RefusesWhatMakesNoSense) {
  EXPECT_THAT(refusal(kSetting), HasSubstr("has no 'name'"));
  EXPECT_THAT(refusal(kHead), HasSubstr("has no 'setting'"));
  EXPECT_THAT(refusal(std::string(kHead) + "setting = 3\n"), HasSubstr("must be tables"));
  EXPECT_THAT(refusal(std::string(kHead) + kSetting + kSetting), HasSubstr("two settings"));
  EXPECT_THAT(refusal(std::string(kHead) + "seeds = [-1]\n" + kSetting), HasSubstr("x.toml:2"));
  EXPECT_THAT(refusal(std::string(kHead) + "seeds = []\n" + kSetting), HasSubstr("is empty"));
  EXPECT_THAT(refusal(std::string(kHead) + kSetting + "must = { op = \"=\", value = 1 }\n"),
              HasSubstr("one of >=, <="));
  EXPECT_THAT(refusal(std::string(kHead) + kSetting + "must = { op = \">=\" }\n"),
              HasSubstr("has no 'value'"));
  EXPECT_THAT(refusal(std::string(kHead) + kSetting + "must = { op = \"beats\", value = 1 }\n"),
              HasSubstr("has no 'versus'"));
  EXPECT_EQ(
      refusal(std::string(kHead) + kSetting + "must = { op = \"beats\", versus = \"k=6\" }\n"),
      "x.toml:2 (versus): there is no setting or baseline 'k=6' (did you mean 'k=5'?)");
  EXPECT_THAT(refusal(std::string(kHead) + kSetting +
                      "must = { op = \">=\", value = 1, versus = \"majority\" }\n"),
              HasSubstr("means nothing"));
  EXPECT_THAT(refusal(std::string(kHead) + kSetting + "worst-of = [\"k=6\"]\n"),
              HasSubstr("(worst-of): no setting before this one is named 'k=6'"));
  EXPECT_THAT(refusal(std::string(kHead) + kSetting +
                      "[[setting]]\nname = \"all\"\nmetric = \"accuracy\"\n"
                      "worst-of = [\"k=5\"]\nmean-of = [\"k=5\"]\n"),
              HasSubstr("more than one of mean-of"));
}

TEST(Experiment, ADifferenceIsOfTwoSettingsBeforeIt) {
  const auto text = [](const std::string& of) {
    return std::string(kHead) + kSetting + "[[setting]]\nname = \"k=1\"\nmetric = \"accuracy\"\n" +
           "[[setting]]\nname = \"gain\"\nmetric = \"accuracy\"\n" + of;
  };
  const Experiment experiment =
      parse_experiment(text("difference-of = [\"k=5\", \"k=1\"]\n"), "x.toml");
  EXPECT_THAT(experiment.settings[2].difference_of, ElementsAre("k=5", "k=1"));
  EXPECT_THAT(refusal(text("difference-of = [\"k=5\"]\n")), HasSubstr("two settings"));
  EXPECT_THAT(refusal(text("difference-of = [\"k=5\", \"k=2\"]\n")), HasSubstr("'k=2'"));
  EXPECT_THAT(refusal(text("difference-of = [\"k=5\", \"gain\"]\n")), HasSubstr("'gain'"));
  EXPECT_THAT(refusal(text("mean-of = [\"k=5\"]\ndifference-of = [\"k=5\", \"k=1\"]\n")),
              HasSubstr("mean-of"));
}

TEST(Experiment, FilesOfTheProjectAreRead) {
  if (!std::filesystem::exists("experiments")) GTEST_SKIP() << "no folder experiments here";
  for (const auto& entry : std::filesystem::directory_iterator("experiments")) {
    if (entry.path().extension() != ".toml") continue;
    EXPECT_EQ(read_experiment(entry.path()).name, entry.path().stem().string());
  }
}

}  // namespace
}  // namespace inkling
