// Steps whose states are not kept for the gradient but computed again: memory that does not grow
// with the number of steps.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "inkling/tensor/tensor.h"

namespace inkling {

/// Some steps as a function: state t + 1 = step(state t, constants, t), both lists of tensors.
struct RepeatedStep {
  using Tensors = std::vector<Tensor>;

  std::function<Tensors(const Tensors& state, const Tensors& constants, std::int64_t t)> step;
  std::int64_t steps = 0;
  /// States that may be kept while going back, beside the first and the one at hand.
  std::int64_t slots = 1;
  /// Counts the steps computed without a graph on the way back.
  std::shared_ptr<std::int64_t> recomputed = std::make_shared<std::int64_t>(0);
};

/// The state after all steps. Its gradient, with respect to the first state and the constants, is
/// that of the steps one after the other, and can be taken once: it has none of its own. `step`
/// must give the same again whenever it is called with the same.
std::vector<Tensor> checkpointed(const RepeatedStep& repeated, const std::vector<Tensor>& state,
                                 const std::vector<Tensor>& constants);

}  // namespace inkling
