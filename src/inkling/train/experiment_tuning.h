// Settings of an experiment's protocol "tune".
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "inkling/api/run_config.h"
#include "inkling/train/tuning_report.h"
#include "inkling/train/workers.h"

namespace inkling {

/// Tunes each setting and seed once, however many metrics of it are asked for.
class ExperimentTuning {
 public:
  ExperimentTuning(const Experiment& experiment, Workers& workers)
      : experiment_(experiment), workers_(workers) {}

  /// What tuning itself measures: "objective_fall" in percent of the start, "training_runs" that it
  /// cost, "tuning_seconds", the value found of a hyperparameter by its name, or
  /// "hypergradient_error" (tuning_report.h), or, where inkling train has no options for the values
  /// found, any other of the model that they lead to. Nothing, where `metric` is none of these: it
  /// is measured by a training with `tuned(setting, seed)`.
  std::optional<double> metric(const Setting& setting, std::int64_t seed,
                               const std::string& metric);
  RunConfig tuned(const Setting& setting, std::int64_t seed);

  /// The values of the points of a tuning along the gradient: the objective's and each
  /// hyperparameter's, by name. Null of other searches, whose points are no path.
  nlohmann::json paths(const Setting& setting, std::int64_t seed);

 private:
  RunConfig config(const Setting& setting, std::int64_t seed) const;
  TuneOptions options(const Setting& setting) const;
  const TuningOutcome& outcome(const Setting& setting, std::int64_t seed);

  const Experiment& experiment_;
  Workers& workers_;
  std::map<std::string, std::unique_ptr<TuningOutcome>> outcomes_;
};

}  // namespace inkling
