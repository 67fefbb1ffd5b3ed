// The inner loop: fits the parameters of E episodes to their supports, step by step, with the outer
// gradient going through it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/bilevel/dense_gradients.h"
#include "inkling/bilevel/inner_state.h"
#include "inkling/nn/network.h"

namespace inkling {

/// Which parameters an inner loop moves.
enum class Adapt { all, head, body };

/// Whether an inner loop that adapts this part moves the model's parameter `name`.
bool adapts(const Network& model, Adapt adapt, std::string_view name);

struct InnerOptions {
  Adapt adapt = Adapt::all;
  TransformPtr transform;
  /// Whether the outer gradient is wanted: through the updates, or past them as if the inner
  /// gradients were constants (first order), or not at all (a user's support is fitted).
  enum class Outer { second_order, first_order, none } outer = Outer::second_order;
  /// Keep a copy of the first layer an episode even where its updates could be carried as
  /// coefficients, and take gradients from the graph even where there is a closed form: the plain
  /// twin that tests compare with.
  bool dense = false;
  /// The states that `advance` keeps for the outer gradient, which computes the others again; 0
  /// keeps all. The gradient is the same.
  std::int64_t checkpoints = 0;
};

/// Fast weights of E episodes. What can be computed once is: the features, where the head alone
/// moves; else, where the encoder's first layer is linear and the transform acts on coefficients,
/// that layer's outputs and the Gram matrix, whose weight is then carried as coefficients
/// (nn/network.h, LinearInput). Exact in every form.
class InnerLoop {
 public:
  /// @param meta   the model's parameters; may hold others, which are left alone
  /// @param rows   of the model's table that ids mean; 0 where the model has none
  /// `model`, `support` and its targets must outlive the loop and its outer gradient.
  InnerLoop(const Network& model, const Params& meta, const Batch& support,
            const Targets& support_targets, Context context, InnerOptions options);

  /// Computes of `batch`, whose scores or loss will be asked for, what does not depend on the steps
  /// together with the support's. Before the first step.
  void prepare(const Batch& batch);

  /// One update on the support.
  void step();
  /// `steps` updates. With options.checkpoints, their gradient's memory does not grow with their
  /// number, and it can be taken once.
  void advance(std::int64_t steps);
  /// Updates computed again for the gradient so far, beyond those of `advance` itself.
  std::int64_t recomputed() const { return *recomputed_; }
  std::int64_t steps() const { return fast_.transform.step; }

  /// Scores of the units of `batch` with the weights as they are. @return [E, U, C]
  Tensor scores(const Batch& batch);

  /// The mean loss of the units of `batch` with the weights as they are. @return [E]
  Tensor loss(const Batch& batch, const Targets& targets);
  /// That of the support.
  Tensor support_loss();

  /// The adapted parameters as tensors with the episode axis, those that did not move as they were.
  /// Where the first layer's weight is carried as coefficients its change is added here.
  Params weights() const;

 private:
  /// What does not depend on the fast weights, of one batch.
  struct Fixed {
    Tensor features;  ///< where the head alone moves
    Tensor first;     ///< phi(x) W0, where the first layer is factored
    Tensor gram;      ///< <phi(x), phi(support)>
  };

  bool moves(const std::string& name) const { return adapts(model_, options_.adapt, name); }
  const Fixed& fixed(const Batch& batch);
  /// The same value for every episode.
  Tensor shared(const Tensor& value) const;
  Tensor forward(const Params& fast, const Batch& batch, const Tensor& probe);
  /// A loss in closed form (bilevel/dense_gradients.h), and what its parameters are called, then
  /// the factored weight.
  struct Closed {
    DenseFit fit;
    std::vector<std::string> names;
  };
  /// The loss of a batch where the model has one in closed form.
  std::optional<Closed> closed(const Batch& batch, const Targets& targets);
  /// Takes a step of descent as one function, where it is one.
  bool descended(const Closed& closed, bool second_order);
  /// The gradients of the support's loss.
  std::optional<Params> closed_gradients(const Closed& closed, bool second_order);
  Params graph_gradients(bool tracked, bool second_order);
  /// What a step depends on, beside what it changes, that may have a gradient.
  std::vector<Tensor> constant();
  void set_constant(const std::vector<Tensor>& tensors);
  Context context_at_step() const;
  /// Support and other units draw from streams of their own.
  Context context_for(const Batch& batch, Context context) const;

  const Network& model_;
  const Batch& support_;
  const Targets& targets_;
  Context context_;
  InnerOptions options_;
  const LinearInput* factored_ = nullptr;
  Params slow_;  ///< parameters that do not move
  /// Those that do [E, ...], of the factored weight its coefficients [E, S, D].
  InnerState fast_;
  std::map<const Batch*, Fixed> fixed_;
  std::shared_ptr<std::int64_t> recomputed_ = std::make_shared<std::int64_t>(0);
};

}  // namespace inkling
