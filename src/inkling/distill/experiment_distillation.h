// Settings of an experiment's protocol "distill".
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "inkling/api/distill_options.h"
#include "inkling/api/run_config.h"
#include "inkling/train/workers.h"

namespace inkling {

/// Runs each distillation once, however many settings measure something of it.
class ExperimentDistillation {
 public:
  ExperimentDistillation(const Experiment& experiment, Workers& workers)
      : experiment_(experiment), workers_(workers) {}

  /// A setting measures its model: the one that it is named after, "teacher", "student", "round-N"
  /// or "labels-alone", else the student. Metrics are those of the evaluation, "milliseconds" and
  /// "megabytes", and of the student "faster", "smaller" and "agreement" (distill/evaluation.h).
  /// @throws Error usage, for another metric
  double metric(const Setting& setting, std::int64_t seed, const std::string& metric);

 private:
  DistillOptions options(const Setting& setting) const;
  const nlohmann::json& models(const Setting& setting, std::int64_t seed);

  const Experiment& experiment_;
  Workers& workers_;
  std::map<std::string, nlohmann::json> models_;
};

}  // namespace inkling
