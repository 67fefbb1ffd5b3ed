#include "inkling/api/hyperparameters.h"

#include <gtest/gtest.h>

#include <cmath>

#include "inkling/api/tune_bounds.h"
#include "inkling/api/tune_rules.h"
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

TEST(Hyperparameters, AFieldDeclaredDifferentiableIsOneByItsNameWithBoundsAndDescription) {
  const RunConfig ridge = make_config("classification", "average", "ridge");
  const auto tuned = tuned_hyperparameters({"lambda", "scale=0.2"}, ridge, 0);
  EXPECT_EQ(tuned[0].start, 1);
  EXPECT_EQ(tuned[0].of.section, "method");
  EXPECT_EQ(tuned[0].of.high, 1e8);
  EXPECT_NE(tuned[0].of.summary.find("penalty"), std::string::npos);
  EXPECT_EQ(tuned[1].of.field, "scale");
  // Where two methods have a field of one name, it is that of the one chosen.
  const RunConfig signatures = make_config("classification", "average", "signatures");
  EXPECT_EQ(tuned_hyperparameters({"lambda"}, signatures, 0)[0].start, 0.1);
  const auto refusal = [](const std::string& name, const RunConfig& config) {
    try {
      tuned_hyperparameters({name}, config, 0);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(refusal("penalty", ridge).find("logit_scale"), std::string::npos);
  EXPECT_NE(refusal("dropout", ridge).find("no hyperparameter with a gradient"), std::string::npos);
  EXPECT_NE(refusal("dropout", ridge).find("target_lambda"), std::string::npos) << "all are listed";
}

TEST(Hyperparameters, BoundsAreOfAVectorByEitherName) {
  for (const char* bounds : {"l2/word=1e-4:0.5", "l2=1e-4:0.5"}) {
    auto tuned = tuned_hyperparameters({"l2/word=0.1"}, RunConfig(), 0);
    narrow(tuned, {bounds});
    EXPECT_EQ(tuned[0].of.high, 0.5) << bounds;
    EXPECT_TRUE(has_bounds({bounds}, tuned[0]));
  }
  auto one = tuned_hyperparameters({"l2=0.1"}, RunConfig(), 0);
  EXPECT_THROW(narrow(one, {"l2/word=1e-4:0.5"}), Error);
}

TEST(Hyperparameters, WeightsKeepTheirBoundsAndTheirMean) {
  auto tuned = tuned_hyperparameters({"class_weight"}, RunConfig(), 0);
  tuned[0].numbers = 5;
  narrow(tuned, {"class_weight=0.5:1.5"});
  const std::vector<std::vector<double>> places = {{0, 0, 0, 0, 0},
                                                   {5, 0, 0, 0, -5},
                                                   {-800, 800, 0, 0, 0},
                                                   {.1, -.1, .2, 0, 0},
                                                   {9, 9, 9, 9, 0}};
  for (std::vector<double> x : places) {
    const std::vector<double> before = values_at(tuned, x);
    keep_within_bounds(tuned, x);
    const std::vector<double> values = values_at(tuned, x);
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_GE(values[i], .5 - 1e-12);
      EXPECT_LE(values[i], 1.5 + 1e-12);
      sum += values[i];
      for (std::size_t k = 0; k < values.size(); ++k) {
        if (before[i] >= before[k]) continue;
        EXPECT_LE(values[i], values[k] + 1e-12) << "in their order";
      }
    }
    EXPECT_NEAR(sum, 5, 1e-12);
  }
  std::vector<double> within = {.1, -.1, .2, 0, 0};
  const std::vector<double> before = values_at(tuned, within);
  keep_within_bounds(tuned, within);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(values_at(tuned, within)[i], before[i], 1e-14);
}

TEST(Hyperparameters, OptionsOfTuneThatNothingReadsAreNamed) {
  EXPECT_TRUE(unread_options(TuneOptions()).empty());
  using Names = std::vector<std::string>;
  TuneOptions search;
  search.search = "random";
  search.outer_rate = .1;
  search.window = 3;
  search.budget = 100;
  search.outer_steps = 7;
  EXPECT_EQ(unread_options(search), (Names{"outer-steps", "outer-rate", "window"}));
  TuneOptions solved;
  solved.estimator = "implicit-cg";
  solved.inner_optimiser = "sgd";
  solved.first_inner_steps = 3;
  EXPECT_EQ(unread_options(solved), (Names{"first-inner-steps", "inner-optimiser"}));
  TuneOptions truncated;
  truncated.estimator = "truncated";
  truncated.window = 5;
  truncated.slots = 3;
  EXPECT_EQ(unread_options(truncated), Names{"slots"});
}

TEST(Hyperparameters, OptionsOfTuneThatExcludeEachOtherAreRefused) {
  const auto refused = [](const std::string& name, bool episodic, auto change) {
    TuneOptions options;
    change(options);
    const auto tuned = tuned_hyperparameters({name}, RunConfig(), 0);
    try {
      check_together(options, tuned, episodic);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_FALSE(error.hint().empty());
      return error.where().field;
    }
    return std::string();
  };
  const auto implicit = [](TuneOptions& o) { o.estimator = "implicit-cg"; };
  const auto random = [](TuneOptions& o) { o.search = "random"; };
  const auto checked = [](TuneOptions& o) { o.check = 0.3; };
  const auto lengthened = [](TuneOptions& o) { o.first_inner_steps = 3; };
  EXPECT_EQ(refused("l2", false, implicit), "");
  EXPECT_EQ(refused("l2", true, implicit), "estimator");
  EXPECT_EQ(refused("l2", true, checked), "check");
  EXPECT_EQ(refused("l2", false, checked), "");
  EXPECT_EQ(refused("l2", false, random), "");
  EXPECT_EQ(refused("class_weight", false, random), "hyper");
  EXPECT_EQ(refused("momentum", false, random), "hyper");
  EXPECT_EQ(refused("l2", false, lengthened), "");
  EXPECT_EQ(refused("l2/word", false, lengthened), "first-inner-steps");
  EXPECT_EQ(refused("l2", false,
                    [&](TuneOptions& o) {
                      implicit(o);
                      o.objective = "mean-train-loss";
                    }),
            "objective");
  EXPECT_EQ(refused("l2", false,
                    [&](TuneOptions& o) {
                      random(o);
                      checked(o);
                    }),
            "check");
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
