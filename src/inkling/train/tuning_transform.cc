#include <algorithm>
#include <functional>
#include <memory>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/train/tuning_problem.h"

namespace inkling {
namespace {

/// A learning rate that takes a course over the steps.
class Course : public Transform {
 public:
  Course(TransformPtr of, std::function<double(std::int64_t)> factor)
      : of_(std::move(of)), factor_(std::move(factor)) {}
  std::size_t slots() const override { return of_->slots(); }
  bool linear() const override { return of_->linear(); }
  std::vector<std::string> reads() const override { return of_->reads(); }
  std::optional<AdamRule> as_adam() const override {
    std::optional<AdamRule> rule = of_->as_adam();
    if (!rule) return rule;
    rule->rate = [rate = std::move(rule->rate), factor = factor_](
                     const Hyper& hyper, const std::string& name, std::int64_t step) {
      return factor(step) * rate(hyper, name, step);
    };
    return rule;
  }
  Params apply(const Params& gradients, std::span<Params> slots, std::int64_t step,
               const Params& params, const Hyper& hyper) const override {
    return of_->apply(gradients, slots, step, params, now(hyper, step));
  }
  Dual apply_along(const Dual& gradients, std::span<Dual> slots, std::int64_t step,
                   const Dual& params, const Dual& hyper) const override {
    Dual scaled{now(hyper.value, step), {}};
    for (const Params& along : hyper.along) scaled.along.push_back(now(along, step));
    return of_->apply_along(gradients, slots, step, params, scaled);
  }

 private:
  Hyper now(const Hyper& hyper, std::int64_t step) const {
    const double factor = factor_(step);
    return hyper.map([&](const std::string& name, const Tensor& value) {
      const std::string_view key = std::string_view(name).substr(name.starts_with("step.") ? 5 : 0);
      return value.defined() && key.starts_with("learning_rate") ? factor * value : value;
    });
  }

  TransformPtr of_;
  std::function<double(std::int64_t)> factor_;
};

/// Updates at the speed of each parameter (Method::speed).
class AtSpeed : public Transform {
 public:
  AtSpeed(TransformPtr of, const Method& method) : of_(std::move(of)), method_(method) {}
  std::size_t slots() const override { return of_->slots(); }
  bool linear() const override { return of_->linear(); }
  std::vector<std::string> reads() const override { return of_->reads(); }
  Params apply(const Params& gradients, std::span<Params> slots, std::int64_t step,
               const Params& params, const Hyper& hyper) const override {
    return sped(of_->apply(gradients, slots, step, params, hyper));
  }
  Dual apply_along(const Dual& gradients, std::span<Dual> slots, std::int64_t step,
                   const Dual& params, const Dual& hyper) const override {
    Dual updates = of_->apply_along(gradients, slots, step, params, hyper);
    updates.value = sped(updates.value);
    for (Params& along : updates.along) along = sped(along);
    return updates;
  }

 private:
  Params sped(const Params& updates) const {
    return updates.map([&](const std::string& name, const Tensor& update) {
      const double speed = method_.speed(name);
      return speed == 1 || !update.defined() ? update : speed * update;
    });
  }

  TransformPtr of_;
  const Method& method_;
};

}  // namespace

TransformPtr tuned_transform(const Learner& learner, const TuneOptions& options,
                             std::span<const TunedHyperparameter> tuned,
                             std::span<const std::string> moving) {
  const auto tunes = [&](std::string_view name) {
    return std::ranges::any_of(tuned, [&](const auto& one) { return one.of.name == name; });
  };
  const TrainOptions& train = learner.config().train;
  std::vector<TransformPtr> parts;
  if (train.clip > 0) parts.push_back(clip(train.clip));
  parts.push_back(transform_named(options.inner_optimiser));
  if (tunes("weight_decay") || train.weight_decay > 0) {
    const LinearInput* input = learner.model().linear_input();
    if (input != nullptr && input->fixed_columns() > 0) {
      throw Error(ErrorKind::usage, "tuning cannot decay weights beside columns that stay",
                  {"", 0, "weight-decay"}, "leave out weight decay, or --learned-dimensions");
    }
    parts.push_back(decay());
  }
  TransformPtr all = parts.size() == 1 ? parts.front() : chain(std::move(parts));
  const Method& method = learner.method();
  if (std::ranges::any_of(moving, [&](const auto& name) { return method.speed(name) != 1; })) {
    all = std::make_shared<AtSpeed>(std::move(all), method);
  }
  if (train.schedule == "constant") return all;
  return std::make_shared<Course>(std::move(all),
                                  schedule_named(train.schedule, options.inner_steps));
}

}  // namespace inkling
