// What a tuning writes while it goes on.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "inkling/api/run_config.h"
#include "inkling/base/progress.h"
#include "inkling/metrics/event_file.h"
#include "inkling/metrics/training_log.h"
#include "inkling/train/tuning.h"

namespace inkling {

/// What the objective is called where its values are shown: all of them fall.
std::string objective_name(const TuneOptions& options);

/// `config` with the best values of a tuning, as far as training has options for them.
RunConfig tuned_config(const RunConfig& config, const TuningProblem& problem,
                       const TuningState& state);

/// Writes tuned.toml, paths.svg, metrics.jsonl, an event file and state.json after each point.
class TuningWriter : public TuningRecord {
 public:
  /// @param resumed  what a tuning that was stopped goes on from; null of a new one
  TuningWriter(const RunConfig& config, const TuneOptions& options, const TuningProblem& problem,
               TuningFile& file, const TuningState* resumed);

  void evaluated(const TuningState& state, const Hypergradient& found) override;
  void diverged(const TuningState& state, const std::string& what) override;
  void save(const TuningState& state) override;

 private:
  void write_results(const TuningState& state) const;
  std::string picture(const TuningState& state) const;

  const RunConfig& config_;
  const TuneOptions& options_;
  const TuningProblem& problem_;
  TuningFile& file_;
  std::filesystem::path folder_;
  TrainingLog log_;
  EventFile events_;
  Progress progress_;
  std::set<std::string> said_;
};

}  // namespace inkling
