#include "inkling/metrics/calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "inkling/base/error.h"
#include "inkling/base/rng.h"

namespace inkling {
namespace {

/// Logits, with truths drawn from softmax(logits / temperature).
std::vector<Answers> drawn(double temperature, std::int64_t items, std::int32_t classes) {
  Rng rng(Key{17});
  std::vector<Answers> episodes(2, Answers{{}, {}, classes});
  for (std::int64_t i = 0; i < items; ++i) {
    Answers& answers = episodes[static_cast<std::size_t>(i % 2)];
    std::vector<double> scores;
    for (std::int32_t c = 0; c < classes; ++c) scores.push_back(2 * temperature * rng.normal());
    const auto chances = probabilities(scores, temperature);
    double point = rng.uniform();
    std::int32_t truth = 0;
    while (truth + 1 < classes && point >= chances[static_cast<std::size_t>(truth)])
      point -= chances[static_cast<std::size_t>(truth++)];
    answers.truth.push_back(truth);
    answers.scores.insert(answers.scores.end(), scores.begin(), scores.end());
  }
  return episodes;
}

TEST(Calibration, ProbabilitiesAreTheSoftmax) {
  const auto p = probabilities(std::vector<double>{0, std::log(3.0)});
  EXPECT_NEAR(p[0], 0.25, 1e-12);
  EXPECT_NEAR(p[1], 0.75, 1e-12);
  const auto flat = probabilities(std::vector<double>{0, std::log(9.0)}, 2);
  EXPECT_NEAR(flat[1], 0.75, 1e-12);
  const auto huge = probabilities(std::vector<double>{-1e300, 1e300, 1e300});
  EXPECT_EQ(huge, (std::vector<double>{0, 0.5, 0.5}));
  EXPECT_NEAR(confidence(std::vector<double>{0, std::log(9.0)}, 2), 0.75, 1e-12);
}

TEST(Calibration, ATemperatureThatIsNoneIsAnError) {
  for (const double bad : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()})
    EXPECT_THROW(probabilities(std::vector<double>{0, 1}, bad), Error) << bad;
}

TEST(Calibration, TheErrorIsTheOneWorkedOutByHand) {
  // Two bins. (0, .5]: one item at .5, right: gap .5. (.5, 1]: .75 right, .75 wrong, .9 right: gap
  // |2 - 2.4| = .4.
  const double three = std::log(3.0);
  const double nine = std::log(9.0);
  const Answers answers{{0, 0, three, 0, three, 0, 0, nine}, {0, 0, 1, 1}, 2};
  EXPECT_NEAR(expected_calibration_error(std::span(&answers, 1), 1, 2), 100 * (0.5 + 0.4) / 4,
              1e-9);
  // In one bin the gaps meet: |3 - 2.9| / 4.
  EXPECT_NEAR(expected_calibration_error(std::span(&answers, 1), 1, 1), 100 * 0.1 / 4, 1e-9);
}

TEST(Calibration, CertainAnswersThatAreRightHaveNoError) {
  const Answers right{{1000, 0, 0, 1000}, {0, 1}, 2};
  EXPECT_EQ(expected_calibration_error(std::span(&right, 1), 1), 0);
  const Answers wrong{{1000, 0, 0, 1000}, {1, 0}, 2};
  EXPECT_EQ(expected_calibration_error(std::span(&wrong, 1), 1), 100);
  EXPECT_EQ(expected_calibration_error({}, 1), 0);
}

TEST(Calibration, TheTemperatureOfTheDataIsFound) {
  EXPECT_NEAR(fit_temperature(drawn(1, 100000, 5)), 1, 0.01);
  const auto episodes = drawn(1, 2000, 5);
  const double fitted = fit_temperature(episodes);
  // Scaling the logits scales the temperature, to the precision of the search.
  for (const double scale : {0.1, 3.0, 20.0}) {
    auto scaled = episodes;
    for (Answers& answers : scaled)
      for (double& score : answers.scores) score *= scale;
    EXPECT_NEAR(fit_temperature(scaled) / (fitted * scale), 1, 1e-4) << scale;
  }
}

TEST(Calibration, TheFittedTemperatureLowersTheError) {
  const auto episodes = drawn(4, 20000, 3);
  const double fitted = fit_temperature(episodes);
  EXPECT_GT(expected_calibration_error(episodes, 1), 10);
  EXPECT_LT(expected_calibration_error(episodes, fitted), 1.5);
}

TEST(Calibration, TheTemperatureStaysInItsRange) {
  EXPECT_EQ(fit_temperature({}), 1);
  const Answers wrong{{1, 0, 0, 1}, {1, 0}, 2};
  EXPECT_NEAR(fit_temperature(std::span(&wrong, 1)), 100, 0.01);
  // Certain at every temperature: the highest that is as good as any, not a needless sharpening.
  const Answers right{{1e9, 0, 0, 1e9}, {0, 1}, 2};
  EXPECT_NEAR(fit_temperature(std::span(&right, 1)), 100, 0.01);
  const Answers nearly{{1, 0, 0, 1}, {0, 1}, 2};
  EXPECT_LT(fit_temperature(std::span(&nearly, 1)), 0.05);
  EXPECT_GE(fit_temperature(std::span(&nearly, 1)), 0.01);
}

}  // namespace
}  // namespace inkling
