#include "inkling/bilevel/implicit/solver.h"

namespace inkling {

Solution solve(const Curvature& curvature, const Params& v, const Solver& solver) {
  if (dot(v, v) == 0) return {v};
  return solver.solve(curvature, v);
}

}  // namespace inkling
