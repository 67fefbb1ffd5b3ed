// Repeated steps and the way back through them, with the graphs of all steps kept, or with few
// states kept and the others computed again: memory that does not grow with the number of steps.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "inkling/tensor/tensor.h"

namespace inkling {

/// Some steps as a function: state t + 1 = step(state t, constants, t), both lists of tensors.
/// Where gradients are off (c10::GradMode) the result needs no graph.
struct RepeatedStep {
  using Tensors = std::vector<Tensor>;

  std::function<Tensors(const Tensors& state, const Tensors& constants, std::int64_t t)> step;
  std::int64_t steps = 0;
  /// States that are kept for the way back, beside the first and the one at hand.
  std::int64_t slots = 1;
  /// Keeps the graph of every step instead: none is computed again.
  bool graphs = false;
  /// Counts the steps computed without a graph on the way back.
  std::shared_ptr<std::int64_t> recomputed = std::make_shared<std::int64_t>(0);
};

/// The steps, taken once, and their derivative.
class Unroll {
 public:
  using Tensors = RepeatedStep::Tensors;

  /// Goes all steps ahead. `step` must give the same again whenever it is called with the same.
  /// Those constants have a gradient that require one.
  Unroll(RepeatedStep repeated, const Tensors& first, const Tensors& constants);

  /// The state after all steps, without a graph.
  const Tensors& last() const { return last_; }

  /// Gradients, undefined where they are zero.
  struct Back {
    Tensors of_first;
    Tensors of_constants;
  };
  /// Of what has the gradient `of_last` with respect to the last state. What was kept is given up.
  /// @param reached  called with t once the steps from t on are taken back, with what they give to
  ///                 the constants' gradient
  Back back(Tensors of_last,
            const std::function<void(std::int64_t t, const Tensors&)>& reached = {});

 private:
  /// A step's state and what it became, with the graph between them.
  struct Graph {
    Tensors before;
    Tensors after;
  };

  void ahead(Tensors state);
  Tensors state_at(const Tensors& state, std::int64_t begin, std::int64_t end);
  void take_back(const Tensors& state, std::int64_t begin, std::int64_t end, std::int64_t slots);
  void step_back(const Graph& graph, std::int64_t t);
  Graph graph_of(const Tensors& state, std::int64_t t) const;

  RepeatedStep repeated_;
  Tensors first_;
  Tensors constants_;
  Tensors leaves_;  ///< the constants where a graph is wanted
  Tensors last_;
  std::map<std::int64_t, Tensors> kept_;  ///< states on the schedule, by their steps
  std::vector<Graph> graphs_;
  Back back_;
  std::function<void(std::int64_t, const Tensors&)> reached_;
};

/// The state after all steps, as a function that gradients go through. Its gradient, with respect
/// to the first state and the constants, is that of the steps one after the other; it has none of
/// its own.
std::vector<Tensor> checkpointed(const RepeatedStep& repeated, const std::vector<Tensor>& state,
                                 const std::vector<Tensor>& constants);

}  // namespace inkling
