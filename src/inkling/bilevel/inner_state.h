// What the steps of an inner loop change, as a value and as the list of tensors that gradients go
// through.
#pragma once

#include <vector>

#include "inkling/optim/transform.h"

namespace inkling {

struct InnerState {
  Params params;
  TransformState transform;

  /// The parameters, then the transform's slots.
  std::vector<Tensor> tensors() const;
  /// Takes the values of such a list. @param from  its first, moved past the last that is taken
  void set_tensors(std::vector<Tensor>::const_iterator& from);
  /// Adds the transform's update for these gradients.
  void move(const Transform& transform_of, const Params& gradients, const Hyper& hyper);
};

}  // namespace inkling
