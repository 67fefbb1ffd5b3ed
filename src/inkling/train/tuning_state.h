// Where a tuning stands, as a value and as a file that it goes on from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "inkling/api/run_config.h"
#include "inkling/api/tune_options.h"

namespace inkling {

/// A point that was evaluated.
struct TuningPoint {
  std::vector<double> values;
  double objective = 0;
  std::vector<double> gradient;  ///< on the line of each; empty of the last point
};

struct TuningState {
  std::vector<double> x;      ///< the point to evaluate next, on the lines
  std::vector<double> first;  ///< Adam's moments
  std::vector<double> second;
  std::int64_t moves = 0;
  double rate = 0;           ///< of the outer Adam; halved where an inner training went off
  std::vector<double> good;  ///< the last point with a gradient, on the lines; empty: none
  std::int64_t divergences = 0;
  std::vector<TuningPoint> path;
  double steps = 0;  ///< inner steps and products so far, those computed again among them
  double seconds = 0;
  double plain_seconds = 0;  ///< of the last evaluation, which has no gradient; 0 before
  std::string stopped;       ///< why, once it has; "" before
  std::vector<std::string> without_influence;

  /// The point with the smallest objective; null before the first.
  const TuningPoint* best() const;
};

/// `state.json` in a folder.
class TuningFile {
 public:
  /// @param options  with those of the training: another tuning cannot go on from here
  TuningFile(std::filesystem::path folder, const RunConfig& config, const TuneOptions& options);

  bool exists() const;
  void save(const TuningState& state) const;
  /// @throws Error data, where the file is none; usage, where it was written with other options
  TuningState load() const;

 private:
  std::filesystem::path file_;
  ConfigValues config_;
};

}  // namespace inkling
