// A training of texts as a bilevel problem: batches of steps that are fixed, and hyperparameters
// that its losses and steps have a gradient for.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "inkling/api/hyperparameters.h"
#include "inkling/api/tune_options.h"
#include "inkling/bilevel/problem.h"
#include "inkling/train/learner.h"

namespace inkling {

/// What a training is tuned on.
struct TuningData {
  const EpisodeSource* train = nullptr;
  const EpisodeSource* validation = nullptr;  ///< null where there is none
  /// Examples of `validation` to leave out: they are among those trained on.
  std::vector<std::int64_t> overlap = {};
};

/// Step t sees the first b examples of a permutation of its own, drawn from the seed and t alone.
/// Example i = 0, 1, ... counts with the weight min(max(b - i, 0), 1), and the sum of the losses is
/// divided by b: the mean loss where b is whole, differentiable in b between, and at whole numbers
/// from below. (From above a word that no other text has would begin to move, and under Adam it
/// moves by the whole rate as soon as it counts at all.) Permutations, noise and first parameters
/// are the same whatever the hyperparameters are.
///
/// Parameters are the model's, with the table's rows that occur in these texts alone.
class TuningProblem {
 public:
  /// @throws Error usage, where the training has no such problem: a method of episodes, a task of
  /// numbers, a batch larger than the data, a hyperparameter that nothing reads, no validation data
  TuningProblem(const Learner& learner, const TuningData& data,
                std::vector<TunedHyperparameter> tuned, const TuneOptions& options);
  ~TuningProblem();
  TuningProblem(const TuningProblem&) = delete;
  TuningProblem& operator=(const TuningProblem&) = delete;

  const std::vector<TunedHyperparameter>& tuned() const { return tuned_; }
  const InnerProblem& inner() const { return inner_; }
  const Objective& objective() const { return objective_; }
  /// The objective of this name that `options` gave, of the first `steps` inner steps alone.
  Objective objective_of(const std::string& name, std::int64_t steps) const;
  /// The hyperparameters at these values, all numbers in the order of tuned().
  Hyper hyper(std::span<const double> values) const;
  /// The same the other way: all numbers of a gradient with respect to them.
  std::vector<double> numbers(const Params& gradient) const;
  std::vector<double> start() const;

 private:
  class Texts;

  TransformPtr transform(const Learner& learner, const TuneOptions& options);
  bool tunes(std::string_view name) const;
  Tensor constant(double value) const;

  std::vector<TunedHyperparameter> tuned_;
  at::ScalarType dtype_;
  std::shared_ptr<const Texts> texts_;
  InnerProblem inner_;
  Objective objective_;
};

/// The estimator that `options` name.
class Estimator;
std::shared_ptr<const Estimator> estimator_of(const TuneOptions& options);

}  // namespace inkling
