#include "inkling/bilevel/influence.h"

#include <algorithm>

#include "inkling/tensor/jacobian_products.h"

namespace inkling {

using torch::autograd::AutoGradMode;

Influence influence_on(const Params& of_query, const Curvature& curvature, const Params& params,
                       const ExampleLosses& losses, std::int64_t count, const Solver& solver,
                       std::int64_t together) {
  Influence found;
  found.solution = solve(curvature, of_query, solver);
  const Tensors direction = found.solution.x.tensors();
  std::vector<Tensor> changes = {at::zeros({0}, at::kDouble)};
  for (std::int64_t first = 0; first < count; first += together) {
    const AutoGradMode on(true);
    const Params at = leaves(params);
    const Tensor some = losses(at, first, std::min(together, count - first));
    const Tensor change = jacobian_products({some}, at.tensors(), {direction}).front().front();
    changes.push_back(change.defined() ? change.to(at::kDouble)
                                       : at::zeros(some.sizes(), at::kDouble));
  }
  found.changes = at::cat(changes);
  return found;
}

Curvature::Loss gauss_newton(const std::function<std::vector<Tensor>(const Params& params)>& scores,
                             const Params& params) {
  std::vector<Tensor> there;
  {
    const AutoGradMode off(false);
    there = scores(params);
  }
  return [scores, there](const Params& moved, const Hyper&) {
    const std::vector<Tensor> now = scores(moved);
    Tensor sum;
    std::int64_t count = 0;
    for (std::size_t i = 0; i < now.size(); ++i) {
      const Tensor p = at::softmax(there[i], -1);
      const Tensor d = now[i] - there[i];
      const Tensor part = ((p * d.square()).sum(-1) - (p * d).sum(-1).square()).sum() / 2;
      sum = sum.defined() ? sum + part : part;
      count += now[i].size(0);
    }
    return sum / static_cast<double>(count);
  };
}

}  // namespace inkling
