// Tasks whose queries may be of none of their classes.
#pragma once

#include <vector>

#include "inkling/train/learner.h"
#include "inkling/train/workers.h"

namespace inkling {

/// Whether some queries of the configuration's tasks are of no class.
bool asks_for_none(const RunConfig& config);

/// @throws Error usage, where some are and the method cannot say so, naming one that can
void check_none(const RunConfig& config);

/// The answers of episodes as they are once the score of none was moved to where they are best
/// (metrics/none_threshold.h).
struct BestNone {
  std::vector<EpisodeResult> results;
  double shift = 0;
};

BestNone with_best_none(std::vector<EpisodeResult> results);

/// `meta` with the score of none moved so for validation episodes: how far a class reaches is
/// another matter for classes that training has not seen. Itself where no query is of no class, or
/// there is no validation.
Params with_fitted_none(const Learner& learner, const Params& meta, const EpisodeSource* validation,
                        Workers& workers);

}  // namespace inkling
