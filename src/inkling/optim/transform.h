// How gradients become updates. State is a value, composition a function; everything is
// differentiable, in the gradients, the parameters and the hyperparameters.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "inkling/nn/network.h"
#include "inkling/tensor/params.h"

namespace inkling {

struct TransformState {
  std::vector<Params>
      slots;  ///< one each a transform of a chain needs, in order: tensors as the parameters
  std::int64_t step = 0;  ///< updates so far
};

/// What is added to the parameters, and the state after.
struct Update {
  Params updates;
  TransformState state;
};

/// Values, and how each changes along some directions; undefined where it does not.
struct Dual {
  Params value;
  std::vector<Params> along;  ///< one a direction, with the names of `value`
};

/// What there is to know of Adam to take its steps row by row (adam_rows.h).
struct AdamRule {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  /// The learning rate of a parameter at a step.
  std::function<Tensor(const Hyper& hyper, const std::string& name, std::int64_t step)> rate;
};

class Transform {
 public:
  virtual ~Transform() = default;

  /// How many parameter-shaped slots the state has.
  virtual std::size_t slots() const { return 0; }
  TransformState init(const Params& params) const;

  /// @param slots  this transform's own, replaced by those after
  virtual Params apply(const Params& gradients, std::span<Params> slots, std::int64_t step,
                       const Params& params, const Hyper& hyper) const = 0;

  /// The same and how it changes along directions of all that goes in, without a graph. Here
  /// through the graph of `apply`; transforms that are often asked say it in closed form.
  virtual Dual apply_along(const Dual& gradients, std::span<Dual> slots, std::int64_t step,
                           const Dual& params, const Dual& hyper) const;

  /// Linear in the gradient with one coefficient a tensor, whatever the parameters are: then it
  /// acts on the coefficients of a factored parameter as on the parameter.
  virtual bool linear() const = 0;
  /// Whether the updates are -rate * gradient, rate = hyper "learning_rate", and nothing else.
  virtual bool descends() const { return false; }
  /// Where the updates are Adam's and nothing else.
  virtual std::optional<AdamRule> as_adam() const { return {}; }
  /// The hyperparameters that it reads.
  virtual std::vector<std::string> reads() const { return {}; }
  /// Linear, and what it reads for parameter `name` [R, D] is the same for every row: what a
  /// factored parameter asks for.
  bool acts_on_coefficients(const Hyper& hyper, const std::string& name) const;

  Update update(const Params& gradients, const TransformState& state, const Params& params,
                const Hyper& hyper) const;
};

using TransformPtr = std::shared_ptr<const Transform>;

/// The hyperparameter `key` for parameter `name` at `step`. Of these the first that is there:
///
///     "key.name"        of the parameter
///     "step.key.name"   of the parameter and the step: [T, ...], entry min(step, T - 1)
///     "key"             of all parameters
///     "step.key"        of all parameters and the step
///
/// It multiplies the parameter as tensors do, by the last dimensions: a number, or numbers of the
/// parameter's shape; of an episode's own [E, 1, ..., 1] beside parameters [E, ...].
/// Undefined where that is so (Dual).
/// @throws Error internal, when there is none
Tensor hyper_for(const Hyper& hyper, const std::string& key, const std::string& name,
                 std::int64_t step);

/// -rate * g, rate = hyper "learning_rate".
TransformPtr sgd();
/// Heavy ball (Polyak 1964): v = momentum * v + g; -rate * v. Hyper "learning_rate", "momentum".
TransformPtr momentum();
/// Adam (Kingma & Ba 2015), bias-corrected; hyper "learning_rate". The root is taken of max(v,
/// tiny), so that the second derivative is finite where a gradient is zero.
TransformPtr adam(double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8);
/// Scales all gradients so that their common norm is at most `norm`; differentiable through the
/// norm.
/// @param per_episode  the gradients have the axis E, and each episode a norm of its own
TransformPtr clip(double norm, bool per_episode = false);
/// Decoupled decay (Loshchilov & Hutter 2019): adds -rate * decay * p to the updates of the
/// transform that it follows; hyper "learning_rate", "weight_decay".
TransformPtr decay();
/// One after the other; `decay` comes last.
TransformPtr chain(std::vector<TransformPtr> transforms);

/// The course of a learning rate from 1: "constant", "linear" to 0 or "cosine" to 0 at `steps`.
/// @throws Error usage for another name
std::function<double(std::int64_t)> schedule_named(const std::string& name, std::int64_t steps);

/// "sgd", "momentum" or "adam". @throws Error usage naming the nearest
TransformPtr transform_named(const std::string& name);

}  // namespace inkling
