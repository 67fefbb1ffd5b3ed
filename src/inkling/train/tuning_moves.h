// How hyperparameters move along a gradient.
#pragma once

#include <span>
#include <vector>

#include "inkling/api/hyperparameters.h"
#include "inkling/api/tune_options.h"
#include "inkling/train/tuning_state.h"

namespace inkling {

/// `options` with the outer optimiser that "auto" stands for: rprop where each hyperparameter is
/// one number; Adam where some are many, whose signs say little one by one.
TuneOptions with_optimiser(TuneOptions options, std::span<const TunedHyperparameter> tuned);

// Below, the outer optimiser is not "auto".

/// The outer rate that is asked for, or the optimiser's own.
double outer_rate(const TuneOptions& options);

/// Rprop on one number: its step grows by half as long as the gradient's sign stays, up to three
/// times the first. Where the sign changes it is halved, and twice more if it then stays: what lies
/// beyond the point before is known.
///
/// Source: Riedmiller, Braun 1993; the second and third halving make it a bisection.
struct SignStep {
  double length = 0;  ///< 0: before the first gradient
  double run = 0;     ///< gradients in a row of one sign, which is its own

  /// @param gradient  of which the sign alone counts; at 0 nothing changes
  void look(double gradient);
  /// From here on with this length, as if no sign were known.
  void forget(double length);
  /// The training at the point that the last step led to went off, and it was left by half the way
  /// back.
  void turn();
};

/// Moves state.x by the gradient of the last point on the lines, and counts the move.
void move_along(const TuneOptions& options, std::span<const TunedHyperparameter> tuned,
                std::span<const double> gradient, TuningState& state);

/// After a training that went off: the next moves are shorter.
void shorten_moves(const TuneOptions& options, TuningState& state);

/// Whether all of rprop's steps have become shorter than so many times the first; not before it. A
/// number that the gradient holds at a bound makes none.
/// @param gradient  at state.x, on the lines
bool steps_are_below(double length, const TuneOptions& options,
                     std::span<const TunedHyperparameter> tuned, std::span<const double> gradient,
                     const TuningState& state);

/// The inner trainings become longer: what is known of signs is of shorter ones.
void forget_signs(const TuneOptions& options, TuningState& state);

/// A point of the path without its objective.
TuningPoint spread_of(std::span<const TunedHyperparameter> tuned, std::vector<double> values);

}  // namespace inkling
