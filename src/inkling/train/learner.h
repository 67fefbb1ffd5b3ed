// What a configuration describes, made: task, encoder, model and method around one vocabulary.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "inkling/api/run_config.h"
#include "inkling/encoders/encoder_network.h"
#include "inkling/methods/method.h"
#include "inkling/tasks/task.h"

namespace inkling {

/// @throws Error usage, naming the methods that can, where the method cannot do what is asked: a
/// task of numbers, or a task without a support
void check_capable(const RunConfig& config);

/// Of the configuration's episodes, of which the ways of tasks by group or single are still those
/// of the options.
EpisodeShape shape_of(const RunConfig& config);

/// Describes functions and holds no parameters. Immutable; safe from several threads.
class Learner {
 public:
  /// @param vocabulary  of a text task
  /// @param labels      of a task by group or single: the classes that mean the same everywhere; by
  /// label, those trained on
  Learner(RunConfig config, std::optional<Vocabulary> vocabulary, std::vector<std::string> labels);

  const RunConfig& config() const { return config_; }
  const Task& task() const { return *task_; }
  const Method& method() const { return *method_; }
  const Network& model() const { return *model_; }
  const Encoder& encoder() const { return model_->encoder(); }
  const Vocabulary& vocabulary() const { return *vocabulary_; }
  const std::vector<std::string>& labels() const { return labels_; }
  TasksBy tasks_by() const { return by_; }
  at::ScalarType dtype() const { return dtype_; }
  at::Device device() const { return device_; }

  /// Context of a pass that does not train: the method's hyperparameters at their options.
  Context context() const;
  Params init(Key key) const;
  /// `first`, of init()'s values, as it would be at other values of fields of encoder and method
  /// that are declared differentiable (Encoder::started, Method::started).
  Params started(const Params& first, const Hyper& hyper) const {
    return method_->started(encoder().started(first, hyper), hyper);
  }
  /// Rows of the model's table; 0 where it has none.
  std::int64_t rows() const { return vocabulary_ ? vocabulary_->rows() : 0; }

  /// Of each row of the model's table, its share of all that was counted in the meta-training
  /// texts; empty where the method does not weigh words.
  std::vector<float> frequencies() const;

  /// Episodes of `data` (null where the task makes its own).
  /// @param queries  0 for examples as one task alone
  std::unique_ptr<EpisodeSource> source(const TextData* data, EpisodeShape shape, Key key) const;
  EpisodeShape shape() const;
  /// That of test episodes, which may have other ways and shots.
  EpisodeShape test_shape() const;

 private:
  RunConfig config_;
  std::unique_ptr<const Vocabulary> vocabulary_;
  std::vector<std::string> labels_;
  TasksBy by_;
  at::ScalarType dtype_;
  at::Device device_;
  std::unique_ptr<Task> task_;
  std::unique_ptr<Method> method_;
  std::unique_ptr<EncoderNetwork> model_;
};

/// A learned head has a row a class: the number of classes cannot change.
/// @throws Error usage, where `learner` has such a head for another number than `ways`
void check_ways(const Learner& learner, std::int64_t ways);

/// `params` with the given rows alone of what has the table's rows. @param rows  undefined: all
Params gathered(const Network& model, const Params& params, const Tensor& rows);
/// `params`, whose table parts hold `rows` alone, with all rows: the others are those of `whole`.
Params scattered(const Network& model, const Params& params, const Params& whole,
                 const Tensor& rows);

/// `meta` for one record: the table's rows that occur alone, and leaves of a new graph where
/// `differentiate`.
Params localised(const Learner& learner, const Params& meta, const Record& record,
                 bool differentiate);

}  // namespace inkling
