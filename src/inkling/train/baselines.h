// What every result stands beside: the majority class, the nearest centroid of TF-IDF or of
// pretrained word vectors, ridge regression on TF-IDF, training from scratch on the support, and
// joint training.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "inkling/train/evaluation.h"
#include "inkling/train/task_data.h"

namespace inkling {

/// What baselines are computed from.
struct BaselineSetup {
  const Learner* learner = nullptr;
  const TextData* test = nullptr;  ///< null where the task is not text
  EpisodeShape shape;              ///< of the test episodes
  Key key;                         ///< of the test episodes: baselines see the same ones
  std::int64_t episodes = 0;       ///< 0: every test example as one task
  /// What joint training trains on, and what the baselines' rates are chosen on; null leaves that
  /// out.
  const TrainingSplits* splits = nullptr;  ///< of joint training; null leaves it out
};

/// The reports of the baselines named ("majority", "centroid", "sif", "ridge", "scratch", "joint"),
/// by name. Those that make no sense for the task (a centroid of numbers) are left out.
nlohmann::json baseline_reports(const BaselineSetup& setup, const std::vector<std::string>& names,
                                Workers& workers);

/// `config` with training a new model on the support alone in place of its method: 50 steps of
/// heavy ball.
RunConfig scratch_config(const RunConfig& config);

}  // namespace inkling
