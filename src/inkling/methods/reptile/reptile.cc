#include "inkling/methods/reptile/reptile.h"

#include "inkling/methods/fitting.h"

namespace inkling::reptile {
namespace {

class Reptile : public FittingMethod {
 public:
  explicit Reptile(const Options& options)
      : FittingMethod(options, Adapt::all, InnerOptions::Outer::none) {}

  MetaGradient meta_gradient(const Network& model, const Params& meta, const Record& record,
                             const Context& context) const override {
    const Batch all = joined(record.support, record.query);
    const Targets targets = joined(record.support_targets, record.query_targets);
    InnerLoop loop(model, meta, all, targets, context, inner());
    for (std::int64_t i = 0; i < inner_steps(); ++i) loop.step();
    const Params end = loop.weights();
    MetaGradient found;
    found.losses = loop.support_loss().detach();
    for (const auto& [name, start] : meta) {
      if (!start.requires_grad()) continue;
      const Tensor from = start.detach();
      const Tensor* moved = end.find(name);
      found.gradients.push_back(moved != nullptr && moved->dim() > from.dim()
                                    ? (from.unsqueeze(0) - moved->detach()).sum(0)
                                    : at::zeros_like(from));
    }
    return found;
  }
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<Reptile>(options);
}

}  // namespace inkling::reptile
