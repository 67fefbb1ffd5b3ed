// Trainings that begin with a model's words and parameters in place of new ones.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "inkling/train/task_data.h"
#include "inkling/train/trained_model.h"
#include "inkling/train/workers.h"

namespace inkling {

/// Gives the models that trainings start at (train.start), each read or trained once.
class Starts {
 public:
  /// @param hidden  sentences that no training made here may read
  explicit Starts(Workers& workers, Sentences hidden = {})
      : workers_(workers), hidden_(std::move(hidden)) {}

  /// The model that the configuration starts at; null where it names none. A TOML file's training
  /// has the seed and threads of `config`, and no sentence that `config` tests on.
  /// @param folder  where such a training is kept, as "start" in it: one that is done is taken, one
  ///                that was interrupted is gone on with where config.train.resume is set, either
  ///                is made anew where config.train.replace is; empty: in memory alone
  /// @throws Error io or data, where there is no model or it is not whole; usage, where it is an
  /// adapted one, a file's training starts at itself or reads texts otherwise than `config` says,
  /// or the folder holds an interrupted training, or one of other options
  std::shared_ptr<const TrainedModel> of(const RunConfig& config,
                                         const std::filesystem::path& folder = {});

 private:
  std::shared_ptr<const TrainedModel> made(const RunConfig& own, const std::string& key,
                                           const std::filesystem::path& folder,
                                           const TrainOptions& asked);

  Workers& workers_;
  std::map<std::string, std::shared_ptr<const TrainedModel>> known_;
  std::vector<std::string> files_;  ///< that are being made, each for the one before it
  Sentences hidden_;                ///< what those before it test on
};

/// What a learner takes of a model.
struct StartingPoint {
  Params first;
  std::string from;   ///< as train.start says
  std::string hash;   ///< of the model's parameters; "" where it is in no directory
  std::string taken;  ///< in words
};

/// The encoder's parameters of `start`; those of the head where both are of the same classes, and
/// the method's own where both are of one method, as far as their shapes agree; the learner's own
/// else.
/// @throws Error usage, where an encoder's parameter has another shape
StartingPoint starting_point(const Learner& learner, const TrainedModel& start);

/// @throws Error usage, naming the option, where the model reads texts otherwise than `config`
/// says: another encoder, or options of it or of [text] in which they differ
void check_start(const RunConfig& config, const TrainedModel& start);

/// The options in which a training has to agree with the model that it starts at, a directory's or
/// a TOML file's: its sections [encoder] and [text].
/// @throws Error io or data
ConfigValues values_of_start(const std::string& start);

/// Notes what a training in `folder` starts at, or holds it against the note of the one that it
/// goes on with.
/// @throws Error usage, where that one started at another model; io
void note_start(const StartingPoint& start, const std::filesystem::path& folder, bool resume);

/// The same for the record of a model.
void add_start(const StartingPoint& start, nlohmann::ordered_json& facts);

}  // namespace inkling
