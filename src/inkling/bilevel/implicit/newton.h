// The minimum of a smooth loss of all its examples, by products with its Hessian alone.
#pragma once

#include "inkling/bilevel/curvature.h"

namespace inkling {

struct NewtonOptions {
  std::int64_t steps = 50;      ///< at most
  std::int64_t products = 200;  ///< with the Hessian, at most, a step
  double share = 1e-4;          ///< done where the gradient's norm is this share of `from` ...
  double least = 1e-12;         ///< ... or this number
};

struct Minimum {
  Params params;
  double loss = 0;
  double gradient = 0;  ///< its norm there
  std::int64_t steps = 0;
  std::int64_t products = 0;
  bool reached = false;
};

/// Truncated Newton: conjugate gradient on H d = -g, the more exactly the nearer the minimum,
/// stopped at a direction of no positive curvature; then the longest of the steps 1, 1/2, 1/4, ...
/// that lowers the loss enough (Armijo). Of a strictly convex loss it reaches the minimum; of
/// another a point where the gradient vanishes, if it gets there.
/// @param from  norm of a gradient that `share` is of
/// @throws Error numeric, where the loss at the start is not finite
/// Source: Nocedal, Wright 2006, algorithm 7.1.
Minimum minimised(const Curvature::Loss& loss, const Params& start, const Hyper& hyper, double from,
                  NewtonOptions options = {});

}  // namespace inkling
