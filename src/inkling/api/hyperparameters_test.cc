#include "inkling/api/hyperparameters.h"

#include <gtest/gtest.h>

#include <cmath>

#include "inkling/api/tune_options.h"
#include "inkling/base/error.h"

namespace inkling {
namespace {

Error error_of(const std::vector<std::string>& asked) {
  try {
    tuned_hyperparameters(asked, RunConfig(), 0);
  } catch (const Error& error) {
    return error;
  }
  return {ErrorKind::internal, "no error"};
}

TEST(Hyperparameters, ComeBackFromTheirLineAndHaveItsSlope) {
  for (const Hyperparameter& one : hyperparameters()) {
    for (const double value : {one.low, one.otherwise, one.high}) {
      const double x = to_line(one.bijection, value);
      EXPECT_NEAR(from_line(one.bijection, x), value, 1e-12 * value) << one.name;
      const double h = 1e-5;
      const double slope =
          (from_line(one.bijection, x + h) - from_line(one.bijection, x - h)) / (2 * h);
      EXPECT_NEAR(slope_at(one.bijection, x), slope, 1e-4 * slope) << one.name;
    }
    EXPECT_LE(one.low, one.otherwise);
    EXPECT_LE(one.otherwise, one.high);
  }
}

TEST(Hyperparameters, OneWithoutAGradientIsAnErrorThatListsThoseThatHaveOne) {
  const Error error = error_of({"learning_rte=0.1"});
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_NE(error.hint().find("did you mean learning_rate?"), std::string::npos) << error.what();
  for (const Hyperparameter& one : hyperparameters()) {
    EXPECT_NE(error.hint().find(one.name), std::string::npos) << one.name;
  }
}

TEST(Hyperparameters, BadStartsAreErrors) {
  for (const auto& [asked, says] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{}, "nothing to tune"},
           {{"learning_rate=-1"}, "beyond its bounds"},
           {{"batch_size=0.5"}, "beyond its bounds"},
           {{"momentum=1"}, "beyond its bounds"},
           {{"learning_rate=x"}, "learning_rate"},
           {{"learning_rate", "learning_rate=1"}, "twice"},
           {{"l2/word", "l2"}, "twice"},
           {{"class_weight=2"}, "start at 1"},
           {{"batch_size/word"}, "batch_size is one number"},
           {{"l2/step"}, "per word"}}) {
    const Error error = error_of(asked);
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_NE(error.message().find(says), std::string::npos) << error.what();
  }
}

TEST(Hyperparameters, AVectorThatCannotBeHadIsAnErrorThatListsThoseThatCan) {
  const Error error = error_of({"batch_size/word=3"});
  for (const char* name : {"learning_rate/step", "learning_rate/layer", "weight_decay/word",
                           "l2/word", "class_weight", "example_weight"}) {
    EXPECT_NE(error.hint().find(name), std::string::npos) << name;
  }
  const auto tuned = tuned_hyperparameters({"l2/word=0.1", "class_weight"}, RunConfig(), 0);
  EXPECT_EQ(tuned[0].name(), "l2/word");
  EXPECT_EQ(tuned[0].per, "word");
  EXPECT_EQ(tuned[1].name(), "class_weight");
  EXPECT_EQ(tuned[1].start, 1);
}

TEST(Hyperparameters, ANameAloneStartsWhereTrainingIsConfigured) {
  RunConfig config;
  config.train.learning_rate = .02;
  const auto tuned = tuned_hyperparameters({"learning_rate", "batch_size=10.5"}, config, 0);
  EXPECT_EQ(tuned[0].start, .02);
  EXPECT_EQ(tuned[1].of.high, 42) << "four times the start";
}

TEST(Hyperparameters, TheSectionOfTuneIsCheckedAndReadOverByOthers) {
  const ConfigValues values = parse_config("[tune]\nouter-steps = 3\n[train]\nbatch = 8\n", "f");
  EXPECT_EQ(values.at(kTuneSection).at("outer-steps"), "3");
  EXPECT_EQ(config_from_values(values).train.batch, 8);
  EXPECT_THROW(parse_config("[tune]\nouter-stps = 3\n", "f"), Error);
}

}  // namespace
}  // namespace inkling
