#include "inkling/methods/learned_rates.h"

#include "inkling/base/strings.h"

namespace inkling {
namespace {

constexpr std::string_view kRate = "rate.";
constexpr std::string_view kOfTensor = ".tensor";
constexpr std::string_view kOfSteps = ".steps";

}  // namespace

Params with_initial_rates(const Network& model, const Params& params, Adapt adapt, RateOf of,
                          double rate, std::int64_t steps) {
  Params all = params;
  for (const auto& [name, value] : params) {
    if (!adapts(model, adapt, name)) continue;
    switch (of) {
      case RateOf::element:
        all.set(cat(kRate, name), at::full_like(value, rate));
        break;
      case RateOf::tensor:
        all.set(cat(kRate, name, kOfTensor), at::full({}, rate, value.options()));
        break;
      case RateOf::step:
        all.set(cat(kRate, name, kOfSteps), at::full({steps}, rate, value.options()));
        break;
    }
  }
  return all;
}

Params with_rates_from(const Params& first, const Hyper& hyper) {
  const Tensor* rate = hyper.find("inner_learning_rate");
  if (rate == nullptr) return first;
  return first.map([&](const std::string& name, const Tensor& value) {
    return is_rate(name) ? *rate * at::ones_like(value) : value;
  });
}

bool is_rate(std::string_view name) {
  return name.starts_with(kRate);
}

std::string hyper_of_rate(std::string_view name) {
  std::string_view of = name.substr(kRate.size());
  std::string_view step;
  if (of.ends_with(kOfTensor)) {
    of.remove_suffix(kOfTensor.size());
  } else if (of.ends_with(kOfSteps)) {
    of.remove_suffix(kOfSteps.size());
    step = "step.";
  }
  return cat(step, "learning_rate.", of);
}

Context with_learned_rates(const Params& meta, Context context) {
  for (const auto& [name, value] : meta) {
    if (is_rate(name)) context.hyper.set(hyper_of_rate(name), value);
  }
  return context;
}

}  // namespace inkling
