#include "inkling/methods/meta_curvature/curved.h"

#include "inkling/base/strings.h"

namespace inkling::meta_curvature {
namespace {

/// The last dimension of `gradient` by the matrix.
Tensor times(const Tensor& gradient, const Tensor& matrix) {
  const std::int64_t still = gradient.size(-1) - matrix.size(0);
  if (still == 0) return at::matmul(gradient, matrix.t());
  return at::cat({gradient.narrow(-1, 0, still),
                  at::matmul(gradient.narrow(-1, still, matrix.size(0)), matrix.t())},
                 -1);
}

class Curved : public Transform {
 public:
  bool linear() const override { return true; }
  Params apply(const Params& gradients, std::span<Params>, std::int64_t, const Params&,
               const Hyper& hyper) const override {
    return gradients.map([&](const std::string& name, const Tensor& gradient) {
      if (gradient.dim() == 1) {
        const Tensor* matrix = hyper.find(matrix_name(name, 0));
        return matrix == nullptr ? gradient : times(gradient.unsqueeze(-1), *matrix).squeeze(-1);
      }
      Tensor turned = gradient;
      for (std::int64_t side = 0; side + 1 < gradient.dim(); ++side) {
        if (const Tensor* matrix = hyper.find(matrix_name(name, side))) {
          turned = times(turned.transpose(side + 1, -1), *matrix).transpose(side + 1, -1);
        }
      }
      return turned;
    });
  }
};

}  // namespace

std::string matrix_name(const std::string& name, std::int64_t side) {
  return cat("curvature.", name, ".axis", side);
}

TransformPtr curved() {
  return std::make_shared<Curved>();
}

}  // namespace inkling::meta_curvature
