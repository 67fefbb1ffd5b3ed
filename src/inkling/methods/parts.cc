#include "inkling/methods/parts.h"

namespace inkling {

Params encoder_part(const Params& params) {
  return params.where([](const std::string& name) { return of_encoder(name); });
}

at::TensorOptions number_options(const Params& params) {
  if (params.empty()) return at::TensorOptions().dtype(at::kDouble);
  return params.begin()->second.options();
}

Params with_logs(const Params& first, const Hyper& hyper,
                 const std::vector<std::pair<std::string, std::string>>& parameters) {
  Params all = first;
  for (const auto& [name, parameter] : parameters) {
    const Tensor* value = hyper.find(name);
    if (value != nullptr && first.contains(parameter)) all.set(parameter, value->log());
  }
  return all;
}

Tensor members(const Tensor& classes, std::int64_t count, at::ScalarType dtype) {
  return (classes.unsqueeze(-1) == at::arange(count, classes.options())).to(dtype);
}

}  // namespace inkling
