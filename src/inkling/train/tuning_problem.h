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
#include "inkling/train/tuning_steps.h"

namespace inkling {

/// Step t sees the first b examples of a permutation of its own, drawn from the seed and t alone.
/// Example i = 0, 1, ... counts with the weight min(max(b - i, 0), 1), and the sum of the losses is
/// divided by b: the mean loss where b is whole, differentiable in b between, and at whole numbers
/// from below. (From above a word that no other text has would begin to move, and under Adam it
/// moves by the whole rate as soon as it counts at all.) Permutations, noise and first parameters
/// are the same whatever the hyperparameters are.
///
/// Of a method that trains on episodes, step t sees the first b of the episodes that are numbered
/// t * largest and on, in the same way, and each has the method's loss after adapting.
///
/// Parameters are the model's (and the method's own), with the table's rows that occur alone.
class TuningProblem {
 public:
  /// @throws Error usage, where the training has no such problem: a method whose meta-gradient is
  /// not that of its loss, a batch larger than the data, a hyperparameter that nothing reads, no validation data
  TuningProblem(const Learner& learner, const TuningData& data,
                std::vector<TunedHyperparameter> tuned, const TuneOptions& options);

  const std::vector<TunedHyperparameter>& tuned() const { return tuned_; }
  const InnerProblem& inner() const { return inner_; }
  const Objective& objective() const { return objective_; }
  /// The hyperparameters at these values, all numbers in the order of tuned().
  Hyper hyper(std::span<const double> values) const;
  /// The same the other way: all numbers of a gradient with respect to them.
  std::vector<double> numbers(const Params& gradient) const;
  std::vector<double> start() const;

 private:
  /// Narrows the bounds of the size of a step, and checks its start.
  /// @return  the most examples, or episodes, that a step sees
  std::int64_t largest(const Learner& learner, const TuningData& data);
  TransformPtr transform(const Learner& learner, const TuneOptions& options);
  bool tunes(std::string_view name) const;
  Tensor constant(double value) const;

  std::vector<TunedHyperparameter> tuned_;
  at::ScalarType dtype_;
  InnerProblem inner_;
  Objective objective_;
};

/// The estimator that `options` name.
class Estimator;
std::shared_ptr<const Estimator> estimator_of(const TuneOptions& options);

}  // namespace inkling
