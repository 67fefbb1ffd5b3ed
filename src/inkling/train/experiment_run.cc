#include "inkling/train/experiment_run.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>

#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/distill/experiment_distillation.h"
#include "inkling/metrics/goal.h"
#include "inkling/metrics/metrics.h"
#include "inkling/train/experiment_tuning.h"
#include "inkling/train/measured_file.h"
#include "inkling/train/session.h"

namespace inkling {
namespace {

using nlohmann::json;

/// A training and what it was trained on.
struct Trained {
  TrainedModel model;
  TrainingSplits splits;
  std::int64_t epochs = 0;   ///< chosen on validation, of protocol "epochs"
  std::int64_t skipped = 0;  ///< episodes or examples left out: not finite
};

/// The options that decide what is learned, as a key: settings that differ in others share a
/// training.
std::string training_key(const RunConfig& config) {
  ConfigValues values = config_values(config);
  values.erase("eval");
  values["method"].erase("test-steps");
  if (config.method.name == "supervised" && config.train.validate_every == 0) {
    // Training sees no support, and no validation chooses among what it learned: the others say how
    // one is fine-tuned on.
    const std::string name = values["method"]["name"];
    values["method"] = {{"name", name}};
  }
  values["task"].erase("decode");
  values["task"].erase("sharpness");
  values["train"].erase("threads");
  return json(values).dump();
}

/// A measured number: 0 where there is none; what is not finite is null in JSON.
double number_of(const json& found, const std::string& key) {
  const auto at = found.find(key);
  if (at == found.end()) return 0;
  return at->is_number() ? at->get<double>() : std::numeric_limits<double>::quiet_NaN();
}

/// `config` with the transitions that training counted, where its task has such.
RunConfig with_transitions(RunConfig config, const RunConfig& learned) {
  ConfigValues values = config_values(config);
  const ConfigValues of = config_values(learned);
  const auto found = of.at("task").find("transitions");
  if (found == of.at("task").end() || found->second == values["task"]["transitions"]) return config;
  values["task"]["transitions"] = found->second;
  return config_from_values(values);
}

class Runner {
 public:
  Runner(const Experiment& experiment, const std::filesystem::path& keep)
      : experiment_(experiment),
        workers_(static_cast<int>(threads())),
        starts_(workers_),
        tuning_(experiment, workers_),
        distillation_(experiment, workers_) {
    if (!keep.empty()) measured_file_.emplace(keep);
  }

  json run() {
    // A seed after the other: settings of one seed share trainings, those of two do not.
    for (const std::int64_t seed : experiment_.seeds) {
      trained_.clear();
      for (const Setting& setting : experiment_.settings) {
        if (is_measured(setting)) measure(setting, seed);
      }
    }
    json results = json::array();
    for (const Setting& setting : experiment_.settings) {
      if (!setting.difference_of.empty()) {
        results.push_back(difference_of(setting));
      } else if (!setting.mean_of.empty() || !setting.worst_of.empty()) {
        results.push_back(summary_of(setting, results));
      } else {
        results.push_back(measured(setting));
      }
    }
    for (std::size_t i = 0; i < results.size(); ++i) judge(experiment_.settings[i], i, results);
    double seconds = 0;  // of earlier runs that this one goes on from too
    for (const auto& [name, all] : measured_) {
      for (const json& one : all) seconds += number_of(one, "seconds");
    }
    json document = {{"experiment", experiment_.name},
                     {"summary", experiment_.summary},
                     {"seconds", std::round(seconds * 10) / 10},
                     {"results", results}};
    return document;
  }

 private:
  std::int64_t threads() const {
    const auto train = experiment_.config.find("train");
    if (train == experiment_.config.end()) return 0;
    const auto found = train->second.find("threads");
    return found == train->second.end() ? 0 : std::stoll(found->second);
  }

  const Trained& trained(const RunConfig& config) {
    const std::string key = training_key(config);
    const auto found = trained_.find(key);
    if (found != trained_.end()) return *found->second;
    RunConfig used = config;
    std::int64_t epochs = 0;
    const bool chooses = config.train.epochs > 0 && config.data.holdout > 0;
    if (experiment_.protocol == "epochs" || (experiment_.protocol == "tune" && chooses)) {
      epochs = best_epoch(config);
      used.train.epochs = epochs;
      // Labels that are made wrong are those of what was trained on before.
      if (config.data.flip_labels == 0) used.data.holdout = 0;
      used.train.validate_every = 0;
    }
    const auto start = starts_.of(used);
    TrainingSession session(used, workers_,
                            epochs > 0 ? TrainingSession::Data::all : TrainingSession::Data::train,
                            start.get());
    TrainingOutcome outcome = session.run({}, false, workers_);
    const double temperature = session.calibrated(outcome.params, workers_);
    auto made = std::make_unique<Trained>();
    made->skipped = outcome.skipped;
    made->splits = session.splits();
    made->model = std::move(session).model(std::move(outcome), temperature);
    made->epochs = epochs;
    return *trained_.emplace(key, std::move(made)).first->second;
  }

  /// The epoch with the best validation value on what is held out.
  std::int64_t best_epoch(const RunConfig& config) {
    if (config.train.epochs < 1 || config.data.holdout <= 0) {
      throw Error(ErrorKind::usage, "protocol 'epochs' needs train.epochs and data.holdout",
                  {experiment_.file.string(), 0, "protocol"});
    }
    const auto start = starts_.of(config);
    const TrainingSession session(config, workers_, TrainingSession::Data::train, start.get());
    const std::int64_t an_epoch =
        outer_steps(session.learner(), session.train()) / config.train.epochs;
    const TrainingOutcome outcome = session.run({}, false, workers_, an_epoch);
    const std::int64_t epoch = outcome.best_step / an_epoch;
    log_info(cat("seed ", config.train.seed, ": epoch ", epoch,
                 " is the best on the held-out tenth, ", fixed(outcome.validation.value_or(0), 2)));
    return epoch;
  }

  /// Whether a setting has figures of its own, not of other settings' alone.
  static bool is_measured(const Setting& setting) {
    return setting.difference_of.empty() && setting.mean_of.empty() && setting.worst_of.empty();
  }

  /// Measures, or takes what an earlier run measured.
  void measure(const Setting& setting, std::int64_t seed) {
    std::vector<json>& all = measured_[setting.name];
    std::string key;
    if (measured_file_) {
      key = measurement_key(experiment_, setting, seed, draws_paths(setting, seed));
      if (const json* found = measured_file_->find(key)) {
        all.push_back(*found);
        return;
      }
    }
    const auto start = std::chrono::steady_clock::now();
    all.push_back(measurement(setting, seed));
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    all.back()["seconds"] = spent.count();
    if (!measured_file_) return;
    measured_file_->add(key, setting.name, seed, all.back());
    log_info(cat(setting.name, ", seed ", seed, ": ", setting.metric, " ",
                 fixed(number_of(all.back(), "value"), 2)));
  }

  /// {"value"} of a setting and a seed, and what there is of {"ci95", "baselines", "epochs",
  /// "skipped", "paths"}.
  json measurement(const Setting& setting, std::int64_t seed) {
    const std::string metric = metric_key(setting.metric);
    RunConfig config = config_of(experiment_, setting);
    config.train.seed = seed;
    if (experiment_.protocol == "distill") {
      return {{"value", distillation_.metric(setting, seed, metric)}};
    }
    json found = json::object();
    if (experiment_.protocol == "tune") {
      if (draws_paths(setting, seed)) {
        found["paths"] = tuning_.paths(setting, seed);
      }
      if (const auto value = tuning_.metric(setting, seed, metric)) {
        found["value"] = *value;
        return found;
      }
      config = tuning_.tuned(setting, seed);
    }
    const Trained& learned = trained(config);
    found["skipped"] = learned.skipped;
    if (learned.epochs > 0) found["epochs"] = learned.epochs;
    config.train.epochs = learned.model.learner->config().train.epochs;
    config = with_transitions(std::move(config), learned.model.learner->config());
    TrainedModel model;
    std::optional<Vocabulary> vocabulary;
    if (learned.model.learner->task().reads_text())
      vocabulary = learned.model.learner->vocabulary();
    model.learner = std::make_unique<const Learner>(config, std::move(vocabulary),
                                                    learned.model.learner->labels());
    model.meta = learned.model.meta;
    model.temperature = learned.model.temperature;
    const json report = evaluation_report(model, &learned.splits, workers_);
    if (!report["metrics"].contains(metric)) {
      throw Error(ErrorKind::usage, cat("the task does not measure '", setting.metric, "'"),
                  {experiment_.file.string(), 0, "metric"});
    }
    found["value"] = report["metrics"][metric]["value"];
    found["ci95"] = report["metrics"][metric]["ci95"];
    found["baselines"] = json::object();
    for (const auto& [name, metrics] : report["baselines"].items()) {
      if (metrics.contains(metric)) found["baselines"][name] = metrics[metric]["value"];
    }
    return found;
  }

  json measured(const Setting& setting) {
    const std::vector<json>& all = measured_.at(setting.name);
    std::vector<double> values;
    std::map<std::string, std::vector<double>> baselines;
    std::int64_t skipped = 0;
    json epochs = json::array();
    for (const json& one : all) {
      values.push_back(number_of(one, "value"));
      skipped += one.value("skipped", std::int64_t{0});
      if (one.contains("epochs")) epochs.push_back(one["epochs"]);
      const json of = one.value("baselines", json::object());
      for (const auto& [name, value] : of.items()) baselines[name].push_back(number_of(of, name));
    }
    by_seed_[setting.name] = values;
    const Estimate estimate = estimate_of(values);
    json result = {{"setting", setting.name},
                   {"metric", setting.metric},
                   {"value", estimate.value},
                   {"ci95", values.size() > 1 ? estimate.ci95 : number_of(all.front(), "ci95")},
                   {"seeds", experiment_.seeds},
                   {"known", setting.known},
                   {"baselines", json::object()}};
    for (const auto& [name, several] : baselines) {
      result["baselines"][name] = estimate_of(several).value;
    }
    if (!epochs.empty()) result["epochs"] = epochs;
    if (skipped > 0) result["skipped"] = skipped;
    if (all.front().contains("paths")) result["paths"] = all.front()["paths"];
    return result;
  }

  /// Settings that measure the cost of another or a number found are not drawn once more.
  bool draws_paths(const Setting& setting, std::int64_t seed) const {
    const std::string metric = metric_key(setting.metric);
    return experiment_.protocol == "tune" && seed == experiment_.seeds.front() &&
           (metric == "objective_fall" || metric == "accuracy");
  }

  /// The mean or the worst of other settings' values, seed by seed, and the mean of their
  /// baselines.
  json summary_of(const Setting& setting, const json& results) {
    const bool worst = setting.mean_of.empty();
    const auto& names = worst ? setting.worst_of : setting.mean_of;
    const bool high = worst && lower_is_better(setting.metric);
    std::vector<double> values;
    std::map<std::string, double> baselines;
    std::int64_t skipped = 0;
    const auto count = static_cast<double>(names.size());
    for (const std::string& name : names) {
      const auto& of = *std::ranges::find_if(
          results, [&](const json& result) { return result["setting"] == name; });
      skipped += of.value("skipped", std::int64_t{0});
      const auto& by_seed = by_seed_.at(name);
      if (values.empty() && worst) values = by_seed;
      values.resize(by_seed.size());
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (!worst) {
          values[i] += by_seed[i] / count;
        } else {
          values[i] = high ? std::max(values[i], by_seed[i]) : std::min(values[i], by_seed[i]);
        }
      }
      for (const auto& [baseline, value] : of["baselines"].items()) {
        baselines[baseline] += value.get<double>() / count;
      }
    }
    by_seed_[setting.name] = values;
    const Estimate estimate = estimate_of(values);
    json result = {{"setting", setting.name},    {"metric", setting.metric},
                   {"value", estimate.value},    {"ci95", estimate.ci95},
                   {"seeds", experiment_.seeds}, {"known", setting.known},
                   {"baselines", json::object()}};
    for (const auto& [name, value] : baselines) result["baselines"][name] = value;
    if (skipped > 0) result["skipped"] = skipped;
    return result;
  }

  /// One setting's values less another's, seed by seed.
  json difference_of(const Setting& setting) {
    std::vector<double> values = by_seed_.at(setting.difference_of[0]);
    const auto& less = by_seed_.at(setting.difference_of[1]);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] -= less[i];
    by_seed_[setting.name] = values;
    const Estimate estimate = estimate_of(values);
    return {{"setting", setting.name},    {"metric", setting.metric},   {"value", estimate.value},
            {"ci95", estimate.ci95},      {"seeds", experiment_.seeds}, {"known", setting.known},
            {"baselines", json::object()}};
  }

  static std::string metric_key(std::string name) {
    std::ranges::replace(name, ' ', '_');
    return name;
  }

  static json goal_document(const std::optional<Goal>& goal) {
    if (!goal) return nullptr;
    if (goal->op == ">=" || goal->op == "<=") return {{"op", goal->op}, {"value", goal->value}};
    return {{"op", goal->op},
            {"versus", goal->versus},
            {"margin", goal->margin},
            {"beyond_interval", goal->beyond_interval}};
  }

  /// @throws Error usage, where a goal compares with something that is not there
  void judge(const Setting& setting, std::size_t row, json& results) const {
    results[row]["must"] = goal_document(setting.must);
    results[row]["aim"] = goal_document(setting.aim);
    const std::optional<bool> met = kept(setting.must, results, row);
    results[row]["pass"] = met.value_or(true);
    kept(setting.aim, results, row);
  }

  std::optional<bool> kept(const std::optional<Goal>& goal, const json& results,
                           std::size_t row) const {
    if (!goal) return std::nullopt;
    const std::optional<bool> met = goal_met(goal_document(goal), results, row);
    if (!met) {
      throw Error(ErrorKind::usage, cat("there is no setting or baseline '", goal->versus, "'"),
                  {experiment_.file.string(), 0, "versus"});
    }
    return met;
  }

  const Experiment& experiment_;
  Workers workers_;
  Starts starts_;
  ExperimentTuning tuning_;
  ExperimentDistillation distillation_;
  std::map<std::string, std::unique_ptr<Trained>> trained_;
  std::optional<MeasuredFile> measured_file_;
  std::map<std::string, std::vector<json>> measured_;   ///< by setting, one a seed
  std::map<std::string, std::vector<double>> by_seed_;  ///< by setting
};

}  // namespace

json run_experiment(const Experiment& experiment, const std::filesystem::path& keep) {
  return Runner(experiment, keep).run();
}

}  // namespace inkling
