#include "inkling/metrics/goal.h"

#include <gtest/gtest.h>

#include "inkling/base/error.h"

namespace inkling {
namespace {

using nlohmann::json;

json results() {
  return json::parse(R"([
    {"setting": "k=5", "metric": "accuracy", "value": 80, "ci95": 3, "baselines": {"centroid": 76, "gone": null}},
    {"setting": "plain", "metric": "accuracy", "value": 75, "ci95": 4},
    {"setting": "plain", "metric": "mse", "value": 0.4, "ci95": 0.1},
    {"setting": "k=5", "metric": "mse", "value": 0.3, "ci95": 0},
    {"setting": "lost", "metric": "mse", "value": null, "ci95": null}])");
}

std::optional<bool> met(const char* goal, std::size_t row = 0) {
  return goal_met(json::parse(goal), results(), row);
}

TEST(Goal, ABoundIncludesItself) {
  EXPECT_EQ(met(R"({"op": ">=", "value": 80})"), true);
  EXPECT_EQ(met(R"({"op": ">=", "value": 80.01})"), false);
  EXPECT_EQ(met(R"({"op": "<=", "value": 80})"), true);
  EXPECT_EQ(met(R"({"op": "<=", "value": 79.99})"), false);
}

TEST(Goal, BeatingIsMoreThanEqualAndAtLeastTheMargin) {
  EXPECT_EQ(met(R"({"op": "beats", "versus": "centroid"})"), true);
  EXPECT_EQ(met(R"({"op": "beats", "versus": "centroid", "margin": 4})"), true);
  EXPECT_EQ(met(R"({"op": "beats", "versus": "centroid", "margin": 4.1})"), false);
  EXPECT_EQ(met(R"({"op": "beats", "versus": "k=5"})", 1), false);
}

TEST(Goal, TheIntervalIsThatOfTheDifference) {
  // Against a plain baseline 3, against the other setting hypot(3, 4) = 5, which the gain of 5 does
  // not exceed.
  EXPECT_EQ(met(R"({"op": "beats", "versus": "centroid", "beyond_interval": true})"), true);
  EXPECT_EQ(met(R"({"op": "beats", "versus": "plain", "beyond_interval": false})"), true);
  EXPECT_EQ(met(R"({"op": "beats", "versus": "plain", "beyond_interval": true})"), false);
  EXPECT_EQ(met(R"({"op": "not worse", "versus": "k=5"})", 1), false);
  EXPECT_EQ(met(R"({"op": "not worse", "versus": "k=5", "margin": 5})", 1), true);
  EXPECT_EQ(met(R"({"op": "not worse", "versus": "k=5", "beyond_interval": true})", 1), true);
}

TEST(Goal, OfALossLessIsBetter) {
  EXPECT_EQ(met(R"({"op": "beats", "versus": "plain"})", 3), true);
  EXPECT_EQ(met(R"({"op": "beats", "versus": "k=5"})", 2), false);
  EXPECT_EQ(met(R"({"op": "not worse", "versus": "k=5", "margin": 0.2})", 2), true);
  for (const char* loss : {"mse", "test_error", "query loss", "ece", "perplexity"})
    EXPECT_TRUE(lower_is_better(loss)) << loss;
  for (const char* score : {"accuracy", "balanced accuracy", "macro_f1", "lossless share"})
    EXPECT_FALSE(lower_is_better(score)) << score;
}

TEST(Goal, WhatIsNoNumberKeepsNoBound) {
  EXPECT_EQ(met(R"({"op": "<=", "value": 1})", 4), false);
  EXPECT_EQ(met(R"({"op": "not worse", "versus": "plain", "margin": 9})", 4), false);
  EXPECT_EQ(met(R"({"op": "beats", "versus": "gone"})"), false);
}

TEST(Goal, WhatWasNotMeasuredIsNotJudged) {
  EXPECT_EQ(met(R"({"op": "beats", "versus": "nobody"})"), std::nullopt);
  EXPECT_EQ(met(R"({"op": "beats", "versus": "lost"})"), std::nullopt);  // of another metric
}

TEST(Goal, ReadsAsWords) {
  const auto text = [](const char* goal) { return goal_text(json::parse(goal)); };
  EXPECT_EQ(text(R"({"op": ">=", "value": 87.8})"), "≥ 87.8");
  EXPECT_EQ(text(R"({"op": "<=", "value": 0.13})"), "≤ 0.13");
  EXPECT_EQ(text(R"({"op": "beats", "versus": "k=5", "margin": 2, "beyond_interval": true})"),
            "beats k=5 by 2 beyond the interval");
  EXPECT_EQ(text(R"({"op": "not worse", "versus": "joint", "margin": 0.5})"),
            "not worse than joint by more than 0.5");
}

TEST(Goal, WhatIsNoGoalIsAnError) {
  for (const char* goal : {R"({})", R"([])", R"({"op": ">"})", R"({"op": ">="})",
                           R"({"op": "beats"})", R"({"op": ">=", "value": "80"})",
                           R"({"op": "beats", "versus": "plain", "beyond_interval": 1})"})
    EXPECT_THROW(met(goal), Error) << goal;
  EXPECT_THROW(met(R"({"op": ">=", "value": 80})", 5), Error);
}

}  // namespace
}  // namespace inkling
