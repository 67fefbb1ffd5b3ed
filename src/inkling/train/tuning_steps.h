// What a tuning asks of a training: losses of steps that are fixed before it begins.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "inkling/bilevel/problem.h"
#include "inkling/tensor/params.h"
#include "inkling/train/learner.h"

namespace inkling {

/// What a training is tuned on.
struct TuningData {
  const EpisodeSource* train = nullptr;
  const EpisodeSource* validation = nullptr;  ///< null where there is none
  /// Examples of `validation` to leave out, rising: they are among those trained on.
  std::vector<std::int64_t> overlap = {};
  std::vector<std::int32_t> domain_of = {};  ///< group of each example of `train`
  std::vector<std::string> domains = {};     ///< the groups' names; empty where there are none
};

/// What a training begins with.
struct FirstParams {
  Params moving;  ///< those that training moves
  Params still;
};
/// @param rows  of what has the table's rows, these alone
FirstParams first_params(const Learner& learner, const Tensor& rows);

/// The steps of a training, as pure functions. Everything random, and what occurs in a step, is the
/// same whatever the hyperparameters are. The table of the parameters holds the rows that occur in
/// any step or in validation alone.
class TuningSteps {
 public:
  virtual ~TuningSteps() = default;

  /// The first parameters, of those that training moves, a differentiable function of `hyper`.
  virtual Params start(const Hyper& hyper) const = 0;
  /// @param t  from 0
  virtual Tensor loss(const Params& params, const Hyper& hyper, std::int64_t t) const = 0;
  virtual Tensor validation_loss(const Params& params, const Hyper& hyper) const = 0;
  /// int64 [R]: the rows of the model's table that the parameters hold; undefined where it has
  /// none.
  virtual const Tensor& rows() const = 0;

  /// What step t follows, also where that is no gradient of its loss (InnerProblem).
  virtual Followed followed(const Params& params, const Hyper& hyper, std::int64_t t) const;

  // Below: of examples alone.

  /// Whether a step reads rows of the model's table alone, and what it then is (InnerProblem).
  virtual bool by_rows() const { return false; }
  virtual RowStep row_step(std::int64_t t) const;
  /// What an implicit estimator supposes to be at its minimum: the mean over all training examples.
  virtual Tensor whole_loss(const Params& params, const Hyper& hyper) const;
  /// 1 - the mean probability of the true class, at this temperature.
  virtual Tensor validation_error(const Params& params, double temperature) const;
  /// Of the share of validation data that is kept from validation_loss.
  virtual Tensor check_loss(const Params& params) const;
};

/// How much there is of it.
struct TuningSize {
  std::int64_t steps = 0;       ///< 0: whole_loss is asked for, not those of steps
  std::int64_t largest = 0;     ///< examples, or episodes, of a step at most
  bool sized = false;           ///< whether their number is tuned
  bool validates = false;       ///< whether validation_loss is asked for
  std::int64_t validation = 0;  ///< episodes of validation
  double check = 0;             ///< share of validation examples that is kept for check_loss
};

/// Whether a method's training can be tuned: on episodes, or on batches of examples alone.
bool can_be_tuned(const Traits& traits);
/// Whether what its steps follow is the gradient of their loss all along.
bool follows_gradient(const Traits& traits);

/// The share of the example (or episode) i of a step that sees b of them, b > 0: min(max(b - i, 0),
/// 1) / b.
/// @return [ceil(b)]
Tensor shares_of_batch(const Tensor& b);

/// Steps on batches of a permutation of its own each, of a method without episodes.
std::unique_ptr<TuningSteps> example_steps(const Learner& learner, const TuningData& data,
                                           const TuningSize& size);
/// Steps on episodes: step t has those numbered t * size.largest and on.
std::unique_ptr<TuningSteps> episode_steps(const Learner& learner, const TuningData& data,
                                           const TuningSize& size);

}  // namespace inkling
