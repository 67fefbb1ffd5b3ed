#include <algorithm>
#include <cmath>

#include "inkling/base/error.h"
#include "inkling/bilevel/implicit/solver.h"

namespace inkling {
namespace {

Tensor flat(const Params& params) {
  std::vector<Tensor> parts;
  for (const auto& [name, value] : params) parts.push_back(value.reshape({-1}));
  return at::cat(parts);
}

Params shaped_as(const Params& like, const Tensor& flat) {
  std::int64_t at = 0;
  return like.map([&](const std::string&, const Tensor& value) {
    at += value.numel();
    return flat.slice(0, at - value.numel(), at).reshape(value.sizes());
  });
}

class Nystrom : public Solver {
 public:
  explicit Nystrom(NystromOptions options) : options_(options) {
    if (options.rank < 1 || options.rho <= 0) {
      throw Error(ErrorKind::usage, "Nystrom needs a rank of 1 at least and a positive rho");
    }
  }
  std::string name() const override { return "Nystrom"; }

  Solution solve(const Curvature& curvature, const Params& v) const override {
    const Tensor given = flat(v);
    const std::int64_t size = given.numel();
    const std::vector<std::int64_t> chosen =
        Rng(options_.key).sample(size, std::min(options_.rank, size));
    std::vector<Tensor> columns;
    for (const std::int64_t i : chosen) {
      Tensor unit = at::zeros_like(given);
      unit[i].fill_(1);
      columns.push_back(flat(curvature.times(shaped_as(v, unit))) - curvature.damping() * unit);
    }
    // (rho I + C^T W^-1 C)^-1 = (I - C^T (rho W + C C^T)^-1 C) / rho
    const double rho = options_.rho + curvature.damping();
    const Tensor c = at::stack(columns);
    const Tensor w = c.index_select(1, tensor_of(chosen).to(c.device()));
    Tensor small = (rho * w + at::mm(c, c.t())).to(at::kDouble);
    small = (small + small.t()) / 2;
    // Columns of zeros make it singular.
    const Tensor inverse = at::linalg_pinv(small, 1e-12, /*hermitian=*/true);
    const Tensor weights = at::mv(inverse, at::mv(c, given).to(at::kDouble)).to(c.scalar_type());
    Solution found;
    found.x = shaped_as(v, (given - at::mv(c.t(), weights)) / rho);
    found.iterations = static_cast<std::int64_t>(chosen.size());
    const Params left = curvature.times(found.x) + -1. * v;
    found.residual = std::sqrt(dot(left, left) / dot(v, v));
    return found;
  }

 private:
  NystromOptions options_;
};

}  // namespace

SolverPtr nystrom(NystromOptions options) {
  return std::make_shared<Nystrom>(options);
}

}  // namespace inkling
