// Methods that adapt by gradient steps share this: an inner loop from the meta parameters, read out
// in three ways.
#pragma once

#include <utility>
#include <vector>

#include "inkling/bilevel/inner_loop.h"
#include "inkling/methods/fitting_options.h"
#include "inkling/methods/method.h"

namespace inkling {

/// The inner loop of `record`'s support after `steps` updates; none where the support is empty.
InnerLoop fitted(const Network& model, const Params& meta, const Record& record,
                 const Context& context, const InnerOptions& options, std::int64_t steps);

/// Query scores after 0 .. steps updates, without an outer gradient.
std::vector<Tensor> fitting_curve(const Network& model, const Params& meta, const Record& record,
                                  const Context& context, InnerOptions options, std::int64_t steps);

/// Query scores after `steps` updates, without an outer gradient.
Tensor fitting_answer(const Network& model, const Params& meta, const Record& record,
                      const Context& context, InnerOptions options, std::int64_t steps);

/// The adapted parameters of the one episode that `record` holds.
/// @throws Error numeric, when they are not finite
Adapted fit(const Network& model, const Params& meta, const Record& record, const Context& context,
            InnerOptions options, std::int64_t steps);

/// A method that adapts by gradient steps from its meta parameters. It is MAML unless a method says
/// otherwise: by other hyperparameters, another loss or another meta-gradient.
class FittingMethod : public Method {
 public:
  const Traits& traits() const override { return traits_; }
  Hyper hyper(at::ScalarType dtype) const override;
  InnerRates inner_rates(const Network& model,
                         const std::vector<std::string>& names) const override;
  Tensor meta_loss(const Network& model, const Params& meta, const Record& record,
                   const Context& context) const override;
  std::vector<Tensor> curve(const Network& model, const Params& meta, const Record& record,
                            const Context& context) const override;
  Tensor answer(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override;
  Adapted adapt(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override;

 protected:
  FittingMethod(const FittingOptions& options, Adapt adapt, InnerOptions::Outer outer);

  /// The context with the hyperparameters that stand in `meta`.
  virtual Context adjusted(const Params& meta, const Context& context) const;
  const InnerOptions& inner() const { return inner_; }
  std::int64_t inner_steps() const { return options_.inner_steps; }
  /// For the constructor of a method whose gradients become updates in another way, often with
  /// inner().transform in it.
  void set_transform(TransformPtr transform) { inner_.transform = std::move(transform); }
  /// For the constructor of a method whose meta-loss reads Context::progress.
  void declare_annealing() { traits_.anneals = true; }

 private:
  std::int64_t test_steps() const;

  FittingOptions options_;
  InnerOptions inner_;
  Traits traits_;
};

/// "all", "head" or "body".
Adapt adapt_named(const std::string& name);
InnerOptions::Outer order_of(const FirstOrderOption& option);

}  // namespace inkling
