#include "inkling/metrics/directed_relations.h"

#include <gtest/gtest.h>

#include <cmath>

#include "inkling/metrics/metrics.h"

namespace inkling {
namespace {

const std::vector<std::string> kLabels = {"Cause(e1,e2)", "Other", "Cause(e2,e1)", "Whole(e2,e1)"};

/// Answers by a confusion, row truth, column answer.
Answers answers_of(const std::vector<std::vector<int>>& confusion) {
  Answers answers;
  answers.classes = static_cast<std::int32_t>(confusion.size());
  for (std::size_t truth = 0; truth < confusion.size(); ++truth) {
    for (std::size_t answer = 0; answer < confusion.size(); ++answer) {
      for (int i = 0; i < confusion[truth][answer]; ++i) {
        answers.truth.push_back(static_cast<std::int32_t>(truth));
        for (std::size_t c = 0; c < confusion.size(); ++c) {
          answers.scores.push_back(c == answer ? 5 : 0);
        }
      }
    }
  }
  return answers;
}

nlohmann::json report_of(const std::vector<Answers>& tests) {
  nlohmann::json report;
  add_directed_score(tests, kLabels, 1, 0, report);
  return report;
}

// Cause: right 3 + 1; truth 5 + 3; answered 3 + 1 (Other) + 1 (wrong direction) of e1,e2, and
// 1 (wrong direction) + 1 + 1 (Whole) of e2,e1: 8. F1 = 8 / 16.
// Whole: right 2, truth 3, answered 2 + 1 (Other): F1 = 4 / 6.
const std::vector<std::vector<int>> kHand = {
    {3, 1, 1, 0},
    {1, 7, 0, 1},
    {1, 1, 1, 0},
    {0, 0, 1, 2},
};

TEST(DirectedRelations, AreThoseWhoseLabelsNameADirection) {
  const DirectedRelations relations = directed_relations(kLabels);
  EXPECT_EQ(relations.names, (std::vector<std::string>{"Cause", "Whole"}));
  EXPECT_EQ(relations.of_classes, (std::vector<std::int32_t>{0, -1, 0, 1}));
  EXPECT_TRUE(
      directed_relations(std::vector<std::string>{"P931", "a(e1, e2)", "(e1,e2)"}).names.empty());
}

TEST(DirectedRelations, ScoreAsCountedByHand) {
  const auto report = report_of({answers_of(kHand)});
  EXPECT_NEAR(report["metrics"]["directed_macro_f1"]["value"].get<double>(),
              100 * (0.5 + 2.0 / 3) / 2, 1e-9);
  const auto& cause = report["relations"][0];
  EXPECT_EQ(cause["label"], "Cause");
  EXPECT_EQ(cause["support"], 8);
  EXPECT_NEAR(cause["precision"].get<double>(), 50, 1e-9);
  EXPECT_NEAR(cause["recall"].get<double>(), 50, 1e-9);
  EXPECT_NEAR(report["relations"][1]["f1"].get<double>(), 100 * 2.0 / 3, 1e-9);
}

TEST(DirectedRelations, TheWrongDirectionIsWrongTwice) {
  // Truth 2 + 2, answered 2 + 2, right 1 + 1.
  const auto report =
      report_of({answers_of({{1, 0, 1, 0}, {0, 0, 0, 0}, {1, 0, 1, 0}, {0, 0, 0, 0}})});
  EXPECT_NEAR(report["metrics"]["directed_macro_f1"]["value"].get<double>(), 50, 1e-9);
}

TEST(DirectedRelations, OneThatTheTruthLacksEntersNoMean) {
  const auto report =
      report_of({answers_of({{2, 0, 0, 0}, {0, 1, 0, 3}, {0, 0, 2, 0}, {0, 0, 0, 0}})});
  EXPECT_NEAR(report["metrics"]["directed_macro_f1"]["value"].get<double>(), 100, 1e-9);
  EXPECT_NEAR(report["metrics"]["directed_macro_f1"]["ci95"].get<double>(), 0, 1e-9);
}

TEST(DirectedRelations, TheIntervalIsThatOfTheSlopesByEachCell) {
  const auto value = [](const std::vector<std::vector<int>>& confusion) {
    return report_of({answers_of(confusion)})["metrics"]["directed_macro_f1"]["value"]
        .get<double>();
  };
  // A confusion times 1000 with one more or less in a cell: the slope by central differences.
  std::vector<std::vector<int>> many = kHand;
  for (auto& row : many) {
    for (int& cell : row) cell *= 1000;
  }
  double variance = 0;
  for (std::size_t t = 0; t < many.size(); ++t) {
    for (std::size_t a = 0; a < many.size(); ++a) {
      if (many[t][a] == 0) continue;
      auto more = many;
      auto less = many;
      ++more[t][a];
      --less[t][a];
      const double slope = (value(more) - value(less)) / 2;
      variance += many[t][a] * slope * slope;
    }
  }
  const auto report = report_of({answers_of(many)});
  EXPECT_NEAR(report["metrics"]["directed_macro_f1"]["ci95"].get<double>(),
              1.96 * std::sqrt(variance), 1e-5);
}

TEST(DirectedRelations, SeveralTestsHaveTheMeanAndItsInterval) {
  const Answers right = answers_of({{2, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 2}});
  const Answers half = answers_of({{1, 1, 0, 0}, {1, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}});
  const auto report = report_of({right, half, {{}, {}, 4}});
  EXPECT_NEAR(report["metrics"]["directed_macro_f1"]["value"].get<double>(), 75, 1e-9);
  EXPECT_NEAR(report["metrics"]["directed_macro_f1"]["ci95"].get<double>(), 49, 1e-9);
  EXPECT_EQ(report["relations"][0]["support"], 4);
}

TEST(DirectedRelations, WhoAbstainsMissesAndAnswersNothing) {
  Answers answers = answers_of({{2, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}});
  for (std::size_t c = 0; c < 4; ++c) answers.scores[c] = 0;
  nlohmann::json report;
  add_directed_score(std::span(&answers, 1), kLabels, 1, 0.5, report);
  EXPECT_NEAR(report["relations"][0]["recall"].get<double>(), 50, 1e-9);
  EXPECT_NEAR(report["relations"][0]["precision"].get<double>(), 100, 1e-9);
}

TEST(DirectedRelations, NothingIsSaidOfOtherLabels) {
  nlohmann::json report = {{"metrics", {{"accuracy", 1}}}};
  const auto before = report;
  const Answers answers = answers_of({{2, 0}, {0, 0}});
  add_directed_score(std::span(&answers, 1), std::vector<std::string>{"P1", "P2"}, 1, 0, report);
  add_directed_score(std::span(&answers, 1), {}, 1, 0, report);
  EXPECT_EQ(report, before);
}

}  // namespace
}  // namespace inkling
