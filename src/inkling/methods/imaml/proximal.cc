#include "inkling/methods/imaml/proximal.h"

namespace inkling::imaml {
namespace {

class Proximal : public Transform {
 public:
  explicit Proximal(TransformPtr steps) : steps_(std::move(steps)) {}
  bool linear() const override { return steps_->linear(); }
  std::vector<std::string> reads() const override {
    std::vector<std::string> all = steps_->reads();
    all.emplace_back("proximal");
    return all;
  }
  std::size_t slots() const override { return 1 + steps_->slots(); }
  Params apply(const Params& gradients, std::span<Params> slots, std::int64_t step,
               const Params& params, const Hyper& hyper) const override {
    Params& moved = slots[0];
    const Params pulled = gradients.zip(
        moved, [&](const std::string& name, const Tensor& gradient, const Tensor& far) {
          return gradient + hyper_for(hyper, "proximal", name, step) * far;
        });
    Params updates = steps_->apply(pulled, slots.subspan(1), step, params, hyper);
    moved = moved + updates;
    return updates;
  }

 private:
  TransformPtr steps_;
};

}  // namespace

TransformPtr proximal(TransformPtr steps) {
  return std::make_shared<Proximal>(std::move(steps));
}

}  // namespace inkling::imaml
