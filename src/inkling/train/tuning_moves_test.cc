#include "inkling/train/tuning_moves.h"

#include <gtest/gtest.h>

namespace inkling {
namespace {

/// The lengths of rprop's steps for gradients of these signs.
std::vector<double> lengths(const std::vector<double>& gradients) {
  SignStep step;
  std::vector<double> found;
  for (const double gradient : gradients) {
    step.look(gradient);
    found.push_back(step.length);
  }
  return found;
}

TEST(TuningMoves, StepsGrowWhileTheSignStaysUpToThreeTimesTheFirst) {
  EXPECT_EQ(lengths({-1, -9, -.1, -1, -1}), (std::vector<double>{1, 1.5, 2.25, 3, 3}));
}

TEST(TuningMoves, StepsBisectOnceTheSignHasChanged) {
  EXPECT_EQ(lengths({-1, 1, -1, -1, -1, -1}),
            (std::vector<double>{1, .5, .25, .125, .0625, .09375}));
}

TEST(TuningMoves, ATurnIsAChangeOfSign) {
  SignStep step;
  step.look(-1);
  step.turn();
  step.look(-1);
  EXPECT_EQ(step.length, .25);
}

TEST(TuningMoves, LongerTrainingsBeginWithHalfAStepAndNoSign) {
  SignStep step;
  for (const double gradient : {-1., 1., 1.}) step.look(gradient);
  step.forget(.5);
  step.look(-1);
  EXPECT_EQ(step.length, .5);
  step.look(-1);
  EXPECT_EQ(step.length, .75);
  step.look(1);
  EXPECT_EQ(step.length, .375);
}

TEST(TuningMoves, AGradientOfZeroMovesNothing) {
  TuningState state;
  state.x = {1, 1};
  state.first = state.second = {0, 0};
  state.rate = 1;
  TuneOptions options;
  options.outer_optimiser = "rprop";
  const std::vector<double> gradient = {0, -1e-9};
  const TunedHyperparameter one{.of = hyperparameter_named("learning_rate"), .start = 1};
  const std::vector<TunedHyperparameter> tuned = {one, one};
  move_along(options, tuned, gradient, state);
  EXPECT_EQ(state.x, (std::vector<double>{1, 2}));
  EXPECT_FALSE(steps_are_below(1, options, tuned, gradient, state));
  EXPECT_TRUE(steps_are_below(1.5, options, tuned, gradient, state));
}

TEST(TuningMoves, ANumberThatItsGradientHoldsAtABoundMakesNoStep) {
  TunedHyperparameter one{.of = hyperparameter_named("learning_rate"), .start = 1};
  one.of.high = 2;
  const std::vector<TunedHyperparameter> tuned = {one};
  TuneOptions options;
  options.outer_optimiser = "rprop";
  TuningState state;
  state.x = {to_line(one.of.bijection, 2)};
  state.first = {-4};
  state.second = {3};
  state.rate = 1;
  state.moves = 3;
  EXPECT_TRUE(steps_are_below(.1, options, tuned, std::vector<double>{-1}, state));
  EXPECT_FALSE(steps_are_below(.1, options, tuned, std::vector<double>{1}, state));
  state.x[0] -= 1e-3;
  EXPECT_FALSE(steps_are_below(.1, options, tuned, std::vector<double>{-1}, state));
}

}  // namespace
}  // namespace inkling
