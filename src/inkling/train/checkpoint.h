// What a training goes on from, to the same bits.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "inkling/api/run_config.h"
#include "inkling/optim/transform.h"

namespace inkling {

struct Checkpoint {
  std::int64_t step = 0;
  Params params;
  TransformState state;
  double loss = 0;  ///< smoothed, for the progress line
  std::optional<double> best;
  std::int64_t best_step = 0;
  std::int64_t without_better = 0;
  std::int64_t skipped = 0;  ///< episodes left out so far
  bool stopped = false;
  Params best_params;
};

/// FOLDER/last.safetensors, replaced as a whole.
class CheckpointFile {
 public:
  CheckpointFile(const std::filesystem::path& folder, const RunConfig& config);

  /// @throws Error io
  void save(const Checkpoint& checkpoint) const;
  /// Into `checkpoint`, which holds the parameters and state that a fresh start has. Nothing
  /// happens where there is none.
  /// @throws Error usage, when it is of another configuration (naming the option), but for the
  /// number of steps or epochs where the schedule is constant and the method does not anneal; data,
  /// when the file was altered
  void load(Checkpoint& checkpoint) const;

 private:
  std::filesystem::path file_;
  ConfigValues config_;
  bool anneals_;  ///< the method
};

}  // namespace inkling
