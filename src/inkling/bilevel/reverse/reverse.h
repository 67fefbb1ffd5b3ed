// The exact hypergradient by going back through the steps, all of them or the last ones.
#pragma once

#include "inkling/bilevel/hypergradient.h"

namespace inkling {

struct ReverseOptions {
  /// States kept on the way ahead, the others computed again; 0 keeps every step's graph. The
  /// gradient is the same.
  std::int64_t slots = 0;
  /// Goes back through the last `window` steps alone; 0 through all. What is left out is a bias.
  std::int64_t window = 0;
  /// Goes back through twice the window, to say how far the gradient of the window is from that.
  bool measure_bias = false;
};

/// Reverse mode: with z_t the parameters and the transform's state, z_{t+1} = step(z_t, lambda),
///
///     a_T = dF/dz_T,   a_t = (dz_{t+1}/dz_t)^T a_{t+1},   dF/dlambda += (dz_{t+1}/dlambda)^T
///     a_{t+1}
///
/// Source: Maclaurin et al. 2015; Franceschi et al. 2017; truncated: Shaban et al. 2019.
EstimatorPtr reverse(ReverseOptions options = {});

/// Through the last `window` steps.
EstimatorPtr truncated(std::int64_t window, bool measure_bias = false);

/// The largest number of slots whose states, beside what the steps need themselves, fit into so
/// many bytes; at least 1, at most steps - 1.
std::int64_t slots_for(const InnerProblem& problem, const Hyper& hyper, std::int64_t bytes);

}  // namespace inkling
