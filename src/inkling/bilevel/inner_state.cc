#include "inkling/bilevel/inner_state.h"

namespace inkling {

std::vector<Tensor> InnerState::tensors() const {
  std::vector<Tensor> all = params.tensors();
  for (const Params& slot : transform.slots) {
    for (const auto& [name, value] : slot) all.push_back(value);
  }
  return all;
}

void InnerState::set_tensors(std::vector<Tensor>::const_iterator& from) {
  const auto next = [&](const std::string&, const Tensor&) { return *from++; };
  params = params.map(next);
  for (Params& slot : transform.slots) slot = slot.map(next);
}

void InnerState::move(const Transform& transform_of, const Params& gradients, const Hyper& hyper) {
  Update update = transform_of.update(gradients, transform, params, hyper);
  params = params + update.updates;
  transform = std::move(update.state);
}

}  // namespace inkling
