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
#include "inkling/train/tuning_vectors.h"

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
///
/// Under an implicit estimator there are no steps: what is optimised is the mean loss of all
/// training examples, from the model's first parameters.
class TuningProblem {
 public:
  /// @throws Error usage, where the training has no such problem: a method whose meta-gradient is
  /// not that of its loss, a batch larger than the data, a hyperparameter that nothing reads, no
  /// validation data
  TuningProblem(const Learner& learner, const TuningData& data,
                std::vector<TunedHyperparameter> tuned, const TuneOptions& options);

  const std::vector<TunedHyperparameter>& tuned() const { return tuned_; }
  /// What the numbers of tuned() are of.
  const TuningExtent& extent() const { return extent_; }
  const InnerProblem& inner() const { return inner_; }
  const Objective& objective() const { return objective_; }
  /// The loss of the share options.check of the validation data, which objective() does not see.
  double check_loss(const Params& params) const;
  /// The objective of this name that `options` gave, of the first `steps` inner steps alone.
  Objective objective_of(const std::string& name, std::int64_t steps) const;
  /// The hyperparameters at these values, all numbers in the order of tuned().
  Hyper hyper(std::span<const double> values) const;
  /// The same the other way: all numbers of a gradient with respect to them.
  std::vector<double> numbers(const Params& gradient) const;
  std::vector<double> start() const;

 private:
  void check_asked(const Learner& learner, const TuningData& data,
                   const TuneOptions& options) const;
  /// Narrows the bounds of the size of a step, and checks its start.
  /// @return  the most examples, or episodes, that a step sees
  std::int64_t largest(const Learner& learner, const TuningData& data);
  bool tunes(std::string_view name) const;
  /// Whether one number of it, for all, is tuned.
  bool tunes_one(std::string_view name) const;
  Tensor constant(double value) const;

  std::vector<TunedHyperparameter> tuned_;
  at::ScalarType dtype_;
  std::shared_ptr<const TuningSteps> steps_;
  TuningExtent extent_;
  std::vector<std::vector<HyperEntry>> entries_;  ///< of each of tuned()
  InnerProblem inner_;
  Objective objective_;
};

/// How the gradients of the inner training become steps, with clipping, decay, schedule and the
/// speeds of the method's parameters.
/// @param moving  names of the parameters that are moved
/// @throws Error usage, where `tuned` has what it would not read
TransformPtr tuned_transform(const Learner& learner, const TuneOptions& options,
                             std::span<const TunedHyperparameter> tuned,
                             std::span<const std::string> moving);

/// The estimator that `options` name.
class Estimator;
std::shared_ptr<const Estimator> estimator_of(const TuneOptions& options);

}  // namespace inkling
