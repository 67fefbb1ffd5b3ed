#include "inkling/metrics/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "inkling/base/error.h"
#include "inkling/base/rng.h"

namespace inkling {
namespace {

/// One-hot scores for these answers.
Answers answers_of(std::vector<std::int32_t> truth, const std::vector<std::int32_t>& answered,
                   std::int32_t classes) {
  Answers answers{{}, std::move(truth), classes};
  for (const std::int32_t answer : answered)
    for (std::int32_t c = 0; c < classes; ++c) answers.scores.push_back(c == answer ? 5 : 0);
  return answers;
}

Answers random_answers(std::uint64_t seed, std::int64_t items, std::int32_t classes) {
  Rng rng(Key{seed});
  Answers answers{{}, {}, classes};
  for (std::int64_t i = 0; i < items; ++i) {
    answers.truth.push_back(
        static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(classes))));
    for (std::int32_t c = 0; c < classes; ++c)
      answers.scores.push_back(rng.normal() + (c == answers.truth.back() ? 1 : 0));
  }
  return answers;
}

/// Class c becomes order[c], in the truth and in the columns.
Answers renamed(const Answers& answers, const std::vector<std::int32_t>& order) {
  Answers result = answers;
  for (std::int32_t& truth : result.truth) truth = order[static_cast<std::size_t>(truth)];
  for (std::int64_t i = 0; i < answers.size(); ++i)
    for (std::size_t c = 0; c < order.size(); ++c)
      result
          .scores[static_cast<std::size_t>(i) * order.size() + static_cast<std::size_t>(order[c])] =
          answers.row(i)[c];
  return result;
}

ErrorKind kind_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "no Error";
  return ErrorKind::internal;
}

// Truth 0 0 0 1 1 2, answers 0 0 1 1 2 2: recalls 2/3, 1/2, 1; precisions 1, 1/2, 1/2; F1 4/5, 1/2,
// 2/3.
const Answers kHand = answers_of({0, 0, 0, 1, 1, 2}, {0, 0, 1, 1, 2, 2}, 3);

TEST(Metrics, GiveTheValuesWorkedOutByHand) {
  const auto confusion = confusion_of(kHand);
  EXPECT_EQ(confusion, (std::vector<std::int64_t>{2, 1, 0, 0, 1, 1, 0, 0, 1}));
  EXPECT_NEAR(accuracy(kHand), 400.0 / 6, 1e-12);
  EXPECT_NEAR(balanced_accuracy(confusion, 3), 100 * (2.0 / 3 + 0.5 + 1) / 3, 1e-12);
  EXPECT_NEAR(macro_f1(confusion, 3), 100 * (0.8 + 0.5 + 2.0 / 3) / 3, 1e-12);
}

TEST(Metrics, AClassThatDoesNotOccurEntersNoMean) {
  // Class 2 has no items; it was answered once.
  const auto confusion = confusion_of(answers_of({0, 0, 1, 1}, {0, 2, 1, 1}, 3));
  EXPECT_NEAR(balanced_accuracy(confusion, 3), 75, 1e-12);
  EXPECT_NEAR(macro_f1(confusion, 3), 100 * (2.0 / 3 + 1) / 2, 1e-12);
}

TEST(Metrics, PerfectAnswersScoreAHundred) {
  for (const std::int32_t classes : {1, 2, 7}) {
    Answers answers = random_answers(1, 50, classes);
    answers = answers_of(answers.truth, answers.truth, classes);
    const auto confusion = confusion_of(answers);
    EXPECT_EQ(accuracy(answers), 100);
    EXPECT_NEAR(balanced_accuracy(confusion, classes), 100, 1e-12);
    EXPECT_NEAR(macro_f1(confusion, classes), 100, 1e-12);
  }
}

TEST(Metrics, DoNotDependOnTheNumbersOfTheClasses) {
  const Answers answers = random_answers(2, 200, 4);
  const Answers other = renamed(answers, {2, 0, 3, 1});
  const auto a = classification_report(std::span(&answers, 1), {}, 1.5, 0.4);
  const auto b = classification_report(std::span(&other, 1), {}, 1.5, 0.4);
  for (const char* name : {"accuracy", "balanced_accuracy", "macro_f1"})
    for (const char* part : {"value", "ci95"})
      EXPECT_NEAR(a["metrics"][name][part].get<double>(), b["metrics"][name][part].get<double>(),
                  1e-9)
          << name;
  EXPECT_NEAR(a["ece"].get<double>(), b["ece"].get<double>(), 1e-9);
  EXPECT_EQ(a["abstained"], b["abstained"]);
}

TEST(Metrics, EqualScoresGoToTheLowestClass) {
  EXPECT_EQ(argmax(std::vector<double>{1, 3, 3}), 1);
  EXPECT_EQ(argmax(std::vector<double>{0, 0}), 0);
}

TEST(Metrics, TheIntervalIsThatOfTheMean) {
  // Mean 3, squares 4 + 1 + 0 + 1 + 4 = 10, sigma^2 = 2.5, half width 1.96 sqrt(2.5 / 5).
  const Estimate estimate = estimate_of(std::vector<double>{1, 2, 3, 4, 5});
  EXPECT_NEAR(estimate.value, 3, 1e-12);
  EXPECT_NEAR(estimate.ci95, 1.96 * std::sqrt(0.5), 1e-12);
  EXPECT_EQ(estimate.count, 5);
  EXPECT_EQ(estimate_of({}).count, 0);
  EXPECT_EQ(estimate_of(std::vector<double>{7}).value, 7);
  EXPECT_EQ(estimate_of(std::vector<double>{7}).ci95, 0);
}

TEST(Metrics, AReportOverEpisodesIsTheMeanOfTheirs) {
  const std::vector<Answers> episodes = {answers_of({0, 1}, {0, 1}, 2),
                                         answers_of({0, 1}, {0, 0}, 2), answers_of({}, {}, 2)};
  const auto report = classification_report(episodes, {});
  EXPECT_EQ(report["metrics"]["accuracy"]["value"], 75);
  // Two episodes at 100 and 50: sigma = 50 / sqrt(2).
  EXPECT_NEAR(report["metrics"]["accuracy"]["ci95"].get<double>(), 1.96 * 25, 1e-9);
  EXPECT_NEAR(report["metrics"]["macro_f1"]["value"].get<double>(), 100 * (1 + 1.0 / 3) / 2, 1e-9);
  EXPECT_EQ(report["episodes"], 2);
  EXPECT_EQ(report["items"], 4);
  EXPECT_EQ(report["abstained"], 0);
  EXPECT_FALSE(report.contains("classes"));
  EXPECT_FALSE(report.contains("confusion"));
}

TEST(Metrics, ATestSetHasTheBinomialInterval) {
  const std::vector<std::string> labels = {"a", "b", "c"};
  const auto report = classification_report(std::span(&kHand, 1), labels);
  const auto interval = [&](const char* name) {
    return report["metrics"][name]["ci95"].get<double>();
  };
  EXPECT_NEAR(interval("accuracy"), 196 * std::sqrt(2.0 / 3 * (1.0 / 3) / 6), 1e-9);
  EXPECT_NEAR(interval("balanced_accuracy"),
              196 * std::sqrt(2.0 / 3 * (1.0 / 3) / 3 + 0.5 * 0.5 / 2) / 3, 1e-9);
  EXPECT_EQ(report["confusion"], nlohmann::json::parse("[[2,1,0],[0,1,1],[0,0,1]]"));
  const auto& b = report["classes"][1];
  EXPECT_EQ(b["label"], "b");
  EXPECT_EQ(b["precision"], 50);
  EXPECT_EQ(b["recall"], 50);
  EXPECT_EQ(b["f1"], 50);
  EXPECT_EQ(b["support"], 2);
  EXPECT_EQ(report["episodes"], 1);
}

TEST(Metrics, TheIntervalOfF1IsItsSpreadOverTestSets) {
  std::vector<double> values;
  std::vector<double> intervals;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Answers answers = random_answers(100 + seed, 300, 3);
    const auto metric = classification_report(std::span(&answers, 1), {})["metrics"]["macro_f1"];
    values.push_back(metric["value"]);
    intervals.push_back(metric["ci95"]);
  }
  const Estimate spread = estimate_of(values);
  EXPECT_NEAR(estimate_of(intervals).value / (spread.ci95 * std::sqrt(400.0)), 1, 0.1);
}

TEST(Metrics, AbstainingCountsAsWrongAndAsNoOthersAnswer) {
  // Probabilities of the answers: .9 right, .6 right, .9 wrong.
  const double sure = std::log(9.0);
  const double unsure = std::log(1.5);
  const Answers answers{{sure, 0, 0, unsure, 0, sure}, {0, 1, 0}, 2};
  const std::vector<std::string> labels = {"no", "yes"};
  EXPECT_EQ(confusion_of(answers, 1, 0.7), (std::vector<std::int64_t>{1, 1, 0, 0, 0, 1}));
  const auto report = classification_report(std::span(&answers, 1), labels, 1, 0.7);
  EXPECT_EQ(report["abstained"], 1);
  EXPECT_NEAR(report["metrics"]["accuracy"]["value"].get<double>(), 100.0 / 3, 1e-9);
  EXPECT_NEAR(report["metrics"]["balanced_accuracy"]["value"].get<double>(), 25, 1e-9);
  EXPECT_EQ(report["confusion"], nlohmann::json::parse("[[1,1],[0,0]]"));
  EXPECT_EQ(report["classes"][1]["support"], 1);
  EXPECT_EQ(report["classes"][1]["precision"], 0);
  // A temperature of 4 leaves no answer sure enough.
  EXPECT_EQ(classification_report(std::span(&answers, 1), labels, 4, 0.7)["abstained"], 3);
}

TEST(Metrics, NothingToJudgeIsReportedAsSuch) {
  const auto report = classification_report({}, {});
  EXPECT_EQ(report["episodes"], 0);
  EXPECT_EQ(report["metrics"]["accuracy"]["value"], 0);
  EXPECT_EQ(report["ece"], 0);
}

TEST(Metrics, ScoresThatAreNoNumbersAreAnError) {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()})
    EXPECT_EQ(kind_of([&] { accuracy(Answers{{0, bad}, {0}, 2}); }), ErrorKind::numeric);
  EXPECT_EQ(kind_of([] { accuracy(Answers{{0, 1, 2}, {0}, 2}); }), ErrorKind::internal);
  EXPECT_EQ(kind_of([] { accuracy(Answers{{0, 1}, {2}, 2}); }), ErrorKind::internal);
  EXPECT_EQ(kind_of([] { macro_f1(std::vector<std::int64_t>{1, 2, 3}, 2); }), ErrorKind::internal);
  const std::vector<std::string> three = {"a", "b", "c"};
  const Answers two = answers_of({0}, {0}, 2);
  EXPECT_EQ(kind_of([&] { classification_report(std::span(&two, 1), three); }),
            ErrorKind::internal);
}

}  // namespace
}  // namespace inkling
