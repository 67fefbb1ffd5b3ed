// Second derivatives of a loss at a point, as products with vectors: no Hessian is ever formed.
#pragma once

#include <cstdint>
#include <functional>

#include "inkling/bilevel/problem.h"

namespace inkling {

/// H + damping * I, H the Hessian of loss(params, hyper) with respect to params, and the mixed
/// derivatives beside it. Keeps the graph of one gradient.
class Curvature {
 public:
  using Loss = std::function<Tensor(const Params& params, const Hyper& hyper)>;

  Curvature(const Loss& loss, const Params& params, const Hyper& hyper = {}, double damping = 0);

  const Params& gradient() const { return gradient_; }
  double damping() const { return damping_; }

  /// (H + damping * I) v.
  Params times(const Params& v) const;
  /// The gradient of <dloss/dparams, v> with respect to the hyperparameters.
  Params mixed(const Params& v) const;
  /// How many products were taken so far.
  std::int64_t products() const { return products_; }

 private:
  /// The gradient of <dloss/dparams, v>; undefined where it is zero.
  std::vector<Tensor> along(const Params& v, const Params& inputs) const;

  Params params_;  ///< leaves
  Hyper hyper_;    ///< leaves
  Params tracked_;
  Params gradient_;
  double damping_;
  mutable std::int64_t products_ = 0;
};

/// The absolute value of the curvature's eigenvalue that is largest in it, from below, by power
/// iteration from a normal vector of stream `key`.
double largest_curvature(const Curvature& curvature, std::int64_t iterations = 30, Key key = {});

/// <a, b> over all tensors, added in float64.
double dot(const Params& a, const Params& b);

}  // namespace inkling
