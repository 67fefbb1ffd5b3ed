// The outer loop: meta-training with validation, checkpoints and resumption to the same bits.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "inkling/train/learner.h"
#include "inkling/train/validation.h"
#include "inkling/train/workers.h"

namespace inkling {

struct TrainingOutcome {
  Params params;                     ///< the best by validation, or the last where there is none
  std::int64_t steps = 0;            ///< outer steps done
  std::int64_t best_step = 0;        ///< step of `params`
  std::optional<double> validation;  ///< what decides (validation_measures) at best_step
  std::string stopped;               ///< "steps" or "patience"
  std::int64_t skipped = 0;          ///< episodes (or examples) left out: not finite
};

/// What meta-training needs beside the learner.
struct TrainingSetup {
  const EpisodeSource* train = nullptr;
  const EpisodeSource* validation = nullptr;  ///< null where there is none
  const EpisodeSource* unlabelled = nullptr;  ///< texts without a label; null where there are none
  const Params* first = nullptr;              ///< null: as the learner draws them by the seed
  std::filesystem::path folder;               ///< of checkpoints and metrics.jsonl; empty for none
  bool resume = false;
  std::optional<std::int64_t> validate_every = {};  ///< in place of what the options say
  bool quiet = false;                               ///< no progress line
  std::string what = "train";                       ///< of the progress line
};

/// Steps of a method without episodes are batches of a permutation of the examples that is new each
/// epoch; of others, episodes number step * meta_batch and on.
/// A checkpoint is written once the loss at its parameters is known to be finite: one step later,
/// or at the end.
/// @throws Error numeric, when a loss or its gradient is not finite, naming the episodes, unless
///         options.on_nan leaves these out (the last checkpoint stays, and is of before); usage,
///         when a checkpoint is of another configuration, or of a later step than is asked for;
///         Interrupted, after a checkpoint
TrainingOutcome meta_train(const Learner& learner, const TrainingSetup& setup, Workers& workers);

/// The outer steps that the options ask for.
std::int64_t outer_steps(const Learner& learner, const EpisodeSource& train);

}  // namespace inkling
