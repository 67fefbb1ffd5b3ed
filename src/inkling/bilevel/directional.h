// Derivatives of several numbers along directions, all in one pass.
#pragma once

#include <vector>

#include "inkling/tensor/tensor.h"

namespace inkling {

/// J v of outputs whose Jacobian with respect to `inputs` is J. J^T u is linear in u: its
/// derivative with respect to u along v is J v, which is one pass back through the graph of J^T u.
class DirectionalDerivatives {
 public:
  /// @param outputs  with a graph that can be differentiated twice; it is kept
  DirectionalDerivatives(const Tensor& outputs, const std::vector<Tensor>& inputs);

  /// @param v  as the inputs; undefined where it is zero
  /// @return   as the outputs, without a graph
  Tensor along(const std::vector<Tensor>& v) const;

 private:
  Tensor at_;  ///< u; where it is does not matter
  std::vector<Tensor> transposed_;
};

}  // namespace inkling
