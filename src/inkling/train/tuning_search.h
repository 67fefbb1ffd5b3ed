// Better hyperparameters looked for without a gradient: what the gradient is compared with.
#pragma once

#include <optional>
#include <vector>

#include "inkling/train/tuning.h"

namespace inkling {

/// A point to try.
struct Candidate {
  std::vector<double> x;         ///< on the lines
  std::int64_t inner_steps = 0;  ///< of its training
  std::int64_t counted = 0;      ///< of these, those that the budget pays for
};

/// Inner steps that a tuning may spend.
std::int64_t budget_of(const TuneOptions& options, std::size_t hyperparameters);

/// Point `number` of random search: drawn between the bounds on the lines. A start that is drawn is
/// point 0.
std::vector<double> drawn_point(const TuningProblem& problem, const TuneOptions& options, Key key,
                                std::uint64_t number);

/// The point after those of `path`, a pure function of them; nothing, once the budget is spent.
///
/// All try the start first. A hyperparameter of many numbers has one value for all of them. Then
/// - random: points drawn evenly between the bounds, on the lines, from `key`;
/// - grid: as many points a line as the budget has room for, evenly from bound to bound;
/// - successive-halving: random points, all trained for a share of the inner steps, of which the
///   best third trains three times as long, and so on to the whole of them. A point that trains on
///   pays for the added steps alone; it is trained from its beginning again, so that a tuning keeps
///   no parameters. (Jamieson, Talwalkar 2016, with thirds as in Li et al. 2018.)
std::optional<Candidate> next_candidate(const TuningProblem& problem, const TuneOptions& options,
                                        Key key, const TuningState& state);

/// Points that a search tries in all.
std::int64_t candidates(const TuneOptions& options, std::size_t hyperparameters);

/// Tries them one after the other. A training that goes off is a point whose objective is infinite.
/// @throws Error Interrupted, between points
void search(const TuningProblem& problem, const TuneOptions& options, Key key, TuningState& state,
            TuningRecord& record);

}  // namespace inkling
