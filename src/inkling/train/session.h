// A whole training or evaluation as a configuration describes it: data in, report out.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "inkling/train/meta_training.h"
#include "inkling/train/start.h"
#include "inkling/train/task_data.h"
#include "inkling/train/trained_model.h"

namespace inkling {

/// The training splits; with nothing held out where that is not enough for validation. Validation
/// data that were given are used as they are: what they lack is an error.
/// @throws Error usage or data
TrainingSplits usable_splits(const RunConfig& config, const Sentences& hidden = {});

/// The same with what serves for validation among what is trained on: its labels stay as they are
/// (data.flip-labels makes those of the training data wrong alone), and so do its groups, or the
/// labels that the training data do not have.
TrainingSplits whole_splits(const RunConfig& config);

/// A configuration's training data, tokenised, and the learner that its vocabulary makes.
class TrainingSession {
 public:
  /// What is trained on: what the configuration says, or that and its validation data.
  enum class Data { train, all };
  /// @param start  that of the configuration (Starts::of), whose words and parameters training
  ///               begins with; null for new ones
  /// @throws Error usage or data; usage, where `start` reads otherwise than the configuration says
  TrainingSession(const RunConfig& config, Workers& workers, Data data = Data::train,
                  const TrainedModel* start = nullptr);
  /// On these splits in place of the configuration's data.
  TrainingSession(const RunConfig& config, TrainingSplits splits, Workers& workers,
                  const TrainedModel* start = nullptr);

  const Learner& learner() const { return *learner_; }
  const TrainingSplits& splits() const { return splits_; }
  const EpisodeSource& train() const { return *train_; }
  /// Null where nothing is held out.
  const EpisodeSource* validation() const { return validation_.get(); }
  /// What training begins with where not with what the seed says.
  const std::optional<StartingPoint>& start() const { return start_; }

  /// @param folder  of checkpoints; empty for none
  /// @param validate_every  steps between validations; as the configuration says where not given
  TrainingOutcome run(const std::filesystem::path& folder, bool resume, Workers& workers,
                      std::optional<std::int64_t> validate_every = {}) const;

  /// Of the outcome's parameters on validation data; 1 where there is none.
  double calibrated(const Params& meta, Workers& workers) const;

  /// The learner moves out, with what it learned.
  TrainedModel model(TrainingOutcome outcome, double temperature) &&;

 private:
  /// The learner and the sources of the splits, where `text`.
  void make(const RunConfig& config, bool text, const TrainedModel* start, Workers& workers);

  std::optional<StartingPoint> start_;
  TrainingSplits splits_;
  TextData train_data_;
  TextData validation_data_;
  TextData unlabelled_data_;
  std::unique_ptr<const Learner> learner_;
  std::unique_ptr<EpisodeSource> train_;
  std::unique_ptr<EpisodeSource> validation_;
  std::unique_ptr<EpisodeSource> unlabelled_;
};

/// The report of `inkling eval`: a model over its configuration's test tasks, baselines beside.
/// @param train  what joint training and the majority class are taken from; null reads it where a
/// baseline needs it
nlohmann::json evaluation_report(const TrainedModel& model, const TrainingSplits* train,
                                 Workers& workers);

}  // namespace inkling
