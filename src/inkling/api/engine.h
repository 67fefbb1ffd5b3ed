// The door between the torch-free side and the engine library, which is loaded on first use.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "inkling/api/distill_options.h"
#include "inkling/api/influence_options.h"
#include "inkling/api/run_config.h"
#include "inkling/api/states.h"
#include "inkling/api/tune_options.h"

namespace inkling {

/// What `inkling` commands ask of the engine. Results are JSON documents, which the command prints
/// as they are or as a table.
class Engine {
 public:
  virtual ~Engine() = default;

  /// Meta-trains into the model directory `config.train.out`; resumes there when
  /// config.train.resume.
  virtual nlohmann::json train(const RunConfig& config) const = 0;
  /// Moves hyperparameters of config's training along the gradient of an objective, into the folder
  /// config.train.out; resumes there when config.train.resume.
  virtual nlohmann::json tune(const RunConfig& config, const TuneOptions& options) const = 0;
  /// Trains a teacher, has it label a transfer set, trains a student on that and evaluates both, or
  /// does one of these stages, in the folder config.train.out.
  virtual nlohmann::json distill(const RunConfig& config, const DistillOptions& options) const = 0;
  /// Evaluates the model in `folder` over episodes of config's data, baselines beside.
  virtual nlohmann::json evaluate(const std::filesystem::path& folder,
                                  const RunConfig& config) const = 0;
  /// The training texts of config that the loss of a text hangs on, of the model in `folder`.
  virtual nlohmann::json influence(const std::filesystem::path& folder, const RunConfig& config,
                                   const InfluenceOptions& options) const = 0;
  /// Runs an experiment file: train, evaluate, compare with the published numbers.
  /// @param keep  file that holds each figure as soon as it is measured; figures that it holds are
  ///              not measured again; or empty
  virtual nlohmann::json run(const Experiment& experiment,
                             const std::filesystem::path& keep) const = 0;

  /// The configuration that the model in `folder` was trained with: what `eval` starts from.
  virtual ConfigValues config_of(const std::filesystem::path& folder) const = 0;
  /// Of what a training starts at (train.start), the sections in which it has to agree with it.
  virtual ConfigValues values_of_start(const std::string& start) const = 0;

  virtual std::shared_ptr<const ModelState> load_model(
      const std::filesystem::path& folder) const = 0;
  virtual std::shared_ptr<const PredictorState> load_predictor(
      const std::filesystem::path& folder) const = 0;
};

/// The engine; loads libinkling_engine beside this library the first time.
/// @throws Error io, naming what is missing, when it cannot be loaded
const Engine& engine();

}  // namespace inkling

/// What libinkling looks up in the engine library, which defines it. The engine lives as long as
/// the process.
extern "C" const inkling::Engine* inkling_engine_instance();
