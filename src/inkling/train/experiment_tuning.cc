#include "inkling/train/experiment_tuning.h"

#include <algorithm>

#include "inkling/api/tune_rules.h"
#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/train/tuning_problem.h"

namespace inkling {

using nlohmann::json;

RunConfig ExperimentTuning::config(const Setting& setting, std::int64_t seed) const {
  RunConfig config = config_of(experiment_, setting);
  config.train.seed = seed;
  return config;
}

TuneOptions ExperimentTuning::options(const Setting& setting) const {
  TuneOptions options;
  const ConfigValues values = merged(experiment_.config, setting.overrides);
  const auto own = values.find(kTuneSection);
  if (own != values.end()) set_fields(fields_of(options), own->second);
  return options;
}

const TuningOutcome& ExperimentTuning::outcome(const Setting& setting, std::int64_t seed) {
  const RunConfig asked = config(setting, seed);
  TuneOptions how = options(setting);
  ConfigValues values = config_values(asked);
  values.erase("eval");
  values[kTuneSection] = field_map(fields_of(how));
  std::unique_ptr<TuningOutcome>& found = outcomes_[json(values).dump()];
  if (!found) found = std::make_unique<TuningOutcome>(tuning_outcome(asked, how, workers_));
  return *found;
}

std::optional<double> ExperimentTuning::metric(const Setting& setting, std::int64_t seed,
                                               const std::string& metric) {
  constexpr double kPercent = 100;
  if (metric == "hypergradient_error") {
    return hypergradient_error(config(setting, seed), options(setting), workers_);
  }
  const TuningOutcome& of = outcome(setting, seed);
  const TuningPoint& best = *of.state.best();
  if (metric == "training_runs") return of.training_runs;
  if (metric == "tuning_seconds") return of.state.seconds;
  if (metric == "objective_fall") {
    const TuningPoint& start = of.state.path.front();
    if (start.inner_steps != best.inner_steps) {
      throw Error(ErrorKind::usage,
                  cat("objective_fall would compare the objective after ", start.inner_steps,
                      " steps with that after ", best.inner_steps),
                  {"", 0, "first-inner-steps"}, "leave it out, or measure another metric");
    }
    return kPercent * (1 - best.objective / start.objective);
  }
  const auto name = std::ranges::find(of.names, metric);
  if (name == of.names.end()) {
    if (of.configured) return {};
    return metric_at_best(config(setting, seed), options(setting), of.state, metric, workers_);
  }
  return best.values[static_cast<std::size_t>(name - of.names.begin())];
}

RunConfig ExperimentTuning::tuned(const Setting& setting, std::int64_t seed) {
  RunConfig found = outcome(setting, seed).config;
  found.eval = config(setting, seed).eval;
  return found;
}

json ExperimentTuning::paths(const Setting& setting, std::int64_t seed) {
  if (options(setting).search != "gradient") return nullptr;
  const TuningOutcome& of = outcome(setting, seed);
  json paths = {{"objective", json::array()}};
  for (const TuningPoint& point : of.state.path) {
    paths["objective"].push_back(point.objective);
    for (std::size_t i = 0; i < of.names.size(); ++i) {
      paths[of.names[i]].push_back(point.values[i]);
    }
  }
  return paths;
}

}  // namespace inkling
