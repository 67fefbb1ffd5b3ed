#include "inkling/methods/parts.h"

namespace inkling {

Params encoder_part(const Params& params) {
  return params.where([](const std::string& name) { return of_encoder(name); });
}

at::TensorOptions number_options(const Params& params) {
  if (params.empty()) return at::TensorOptions().dtype(at::kDouble);
  return params.begin()->second.options();
}

Tensor members(const Tensor& classes, std::int64_t count, at::ScalarType dtype) {
  return (classes.unsqueeze(-1) == at::arange(count, classes.options())).to(dtype);
}

}  // namespace inkling
