// The engine behind libinkling's door.
#include "inkling/api/engine.h"

#include <chrono>
#include <cmath>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/distill/distillation.h"
#include "inkling/tasks/task_registry.h"
#include "inkling/train/adapted_evaluation.h"
#include "inkling/train/experiment_run.h"
#include "inkling/train/guarded.h"
#include "inkling/train/influence_report.h"
#include "inkling/train/model_folder.h"
#include "inkling/train/predictor.h"
#include "inkling/train/session.h"
#include "inkling/train/tuning_report.h"

namespace inkling {
namespace {

using nlohmann::json;

/// A model or a training is not lost by a command that was run twice.
void check_unused(const TrainOptions& options) {
  const std::filesystem::path folder = options.out;
  if (options.resume || options.replace) return;
  if (!std::filesystem::exists(folder / "current") &&
      !std::filesystem::exists(folder / "last.safetensors")) {
    return;
  }
  throw Error(ErrorKind::usage, "holds a model or a training already", {folder.string(), 0, "out"},
              "use --resume to go on with it, --replace to start anew, or another --out");
}

json train_report(const RunConfig& config) {
  const auto start = std::chrono::steady_clock::now();
  check_target(config.train.out, "model");
  check_unused(config.train);
  Workers workers(static_cast<int>(config.train.threads));
  const std::filesystem::path folder = config.train.out;
  const auto first = Starts(workers).of(config, folder);
  TrainingSession session(config, workers, TrainingSession::Data::train, first.get());
  if (session.start()) note_start(*session.start(), folder, config.train.resume);
  TrainingOutcome outcome = session.run(folder, config.train.resume, workers);
  const double temperature = session.calibrated(outcome.params, workers);
  std::vector<Measure> measures;
  if (outcome.validation && session.learner().method().traits().self_supervised) {
    measures =
        validation_measures(session.learner(), outcome.params, *session.validation(), workers);
  } else if (outcome.validation) {
    measures = {{session.learner().task().metric(), *outcome.validation}};
  }
  json report = {{"model", folder.string()},
                 {"steps", outcome.steps},
                 {"best_step", outcome.best_step},
                 {"stopped", outcome.stopped},
                 {"temperature", temperature}};
  nlohmann::ordered_json facts = {{"steps", outcome.steps}, {"best step", outcome.best_step}};
  if (outcome.skipped > 0) {
    report["skipped"] = outcome.skipped;
    facts["left out (not finite)"] = outcome.skipped;
  }
  if (session.start()) {
    add_start(*session.start(), facts);
    report["start"] = session.start()->from;
  }
  for (const auto& [name, value] : measures) {
    report["validation"]["metrics"][name] = {{"value", value}};
    facts[cat("validation ", name)] = std::round(value * 100) / 100;
  }
  save_model(std::move(session).model(std::move(outcome), temperature), folder, facts);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  report["seconds"] = std::round(spent.count() * 10) / 10;
  return report;
}

/// An evaluation may differ from the training in data and steps, not in what was learned.
void check_evaluable(const Learner& learner, const RunConfig& config) {
  const std::string& task = learner.config().task.name;
  if (config.task.name != task) {
    throw Error(ErrorKind::usage, cat("the model's task is ", task, ", not ", config.task.name),
                {"", 0, "task"}, "leave out --task");
  }
  const std::string& method = learner.config().method.name;
  if (config.method.name != method) {
    throw Error(ErrorKind::usage,
                cat("the model was trained by ", method, ", not by ", config.method.name),
                {"", 0, "method"}, "leave out --method, or train with it");
  }
  check_ways(learner, test_ways(config));
}

/// An option that decides what is learned cannot differ from training.
void check_fits(const Learner& learner, const Params& meta) {
  for (const auto& [name, like] : learner.init(Key{})) {
    const Tensor* found = meta.find(name);
    if (found != nullptr && found->sizes() == like.sizes()) continue;
    throw Error(ErrorKind::usage,
                cat("the model's ", name, found == nullptr ? " is missing" : " has another shape"),
                {"", 0, "method"},
                "leave out options of the method and encoder that differ from training; "
                "--test-steps may");
  }
}

/// What looks at texts one by one does not read sentences of which words are the units.
void check_reads_texts(const RunConfig& config, const char* command) {
  if (!make_task(config.task.name, config.task.options)->reads_spans()) return;
  throw Error(
      ErrorKind::usage,
      cat(command, " is of texts, and task ", config.task.name, " is of the words of sentences"),
      {"", 0, "task"}, "use train, eval, adapt and predict");
}

class TorchEngine : public Engine {
 public:
  json train(const RunConfig& config) const override {
    return guarded([&] { return train_report(config); });
  }

  json tune(const RunConfig& config, const TuneOptions& options) const override {
    return guarded([&] {
      Workers workers(static_cast<int>(config.train.threads));
      return tuning_report(config, options, workers);
    });
  }

  json distill(const RunConfig& config, const DistillOptions& options) const override {
    return guarded([&] {
      check_reads_texts(config, "distill");
      Workers workers(static_cast<int>(config.train.threads));
      return distill::distillation_report(config, options, workers);
    });
  }

  json evaluate(const std::filesystem::path& folder, const RunConfig& config) const override {
    return guarded([&] {
      if (kind_of(folder) == "adapted") return adapted_report(folder, config);
      Workers workers(static_cast<int>(config.train.threads));
      const auto stored = load_trained(folder);
      check_evaluable(*stored->learner, config);
      TrainedModel model;
      std::optional<Vocabulary> vocabulary;
      if (stored->learner->task().reads_text()) vocabulary = stored->learner->vocabulary();
      model.learner =
          std::make_unique<const Learner>(config, std::move(vocabulary), stored->learner->labels());
      check_fits(*model.learner, stored->meta);
      model.meta = stored->meta;
      model.temperature = stored->temperature;
      return evaluation_report(model, nullptr, workers);
    });
  }

  json influence(const std::filesystem::path& folder, const RunConfig& config,
                 const InfluenceOptions& options) const override {
    return guarded([&] {
      if (kind_of(folder) == "adapted") {
        throw Error(ErrorKind::usage, "an adapted model has no training texts, only its support",
                    {folder.string(), 0, "model"},
                    "give the directory that train wrote, of method supervised");
      }
      check_reads_texts(config, "influence");
      Workers workers(static_cast<int>(config.train.threads));
      return influence_report(*load_trained(folder), config, options, workers);
    });
  }

  json run(const Experiment& experiment, const std::filesystem::path& keep) const override {
    return guarded([&] { return run_experiment(experiment, keep); });
  }

  ConfigValues values_of_start(const std::string& start) const override {
    return guarded([&] { return inkling::values_of_start(start); });
  }

  ConfigValues config_of(const std::filesystem::path& folder) const override {
    const std::string kind = kind_of(folder);
    ConfigValues values =
        config_in(current_version(folder, kind.empty() ? "model" : kind).config, folder);
    // An adapted model is one task; the tasks that its base learned from are not its data.
    if (kind == "adapted") values["data"] = {{"tasks-by", "single"}};
    return values;
  }

  std::shared_ptr<const ModelState> load_model(const std::filesystem::path& folder) const override {
    return guarded([&] { return model_state(load_trained(folder)); });
  }

  std::shared_ptr<const PredictorState> load_predictor(
      const std::filesystem::path& folder) const override {
    return guarded([&] { return load_predictor_state(folder); });
  }
};

}  // namespace
}  // namespace inkling

extern "C" const inkling::Engine* inkling_engine_instance() {
  static const inkling::TorchEngine engine;
  return &engine;
}
