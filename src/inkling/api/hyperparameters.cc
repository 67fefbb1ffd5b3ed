#include "inkling/api/hyperparameters.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

constexpr const char* kField = "hyper";

/// Largest batch size, or meta batch, in starts, where none is given.
constexpr double kRoom = 4;

Error fault(const std::string& message, const std::string& hint = {}) {
  return {ErrorKind::usage, message, {.file = {}, .line = 0, .field = kField}, hint};
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const Hyperparameter& one : hyperparameters()) all.push_back(one.name);
  return all;
}

/// The value that training is configured with, where it is one that can be started from.
double configured(const Hyperparameter& of, const RunConfig& config) {
  double value = of.otherwise;
  if (of.name == "learning_rate") value = config.train.learning_rate;
  if (of.name == "batch_size") value = static_cast<double>(config.train.batch);
  if (of.name == "meta_batch") value = static_cast<double>(config.train.meta_batch);
  if (of.name == "weight_decay" && config.train.weight_decay > 0) value = config.train.weight_decay;
  if (of.section == "method") {
    for (const Field& field : config.method.options.fields()) {
      if (field.name == of.field) value = **std::get_if<double*>(&field.value);
    }
  }
  return value;
}

double twelve_digits(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.12g", value);
  return std::stod(text.data());
}

double number_in(const std::string& name, const std::string& text) {
  double value = 0;
  try {
    set_field({name, &value, {}, {}}, text);
  } catch (const Error& error) {
    throw fault(cat("the start of ", name, " ", error.message()), error.hint());
  }
  return value;
}

}  // namespace

const std::vector<Hyperparameter>& hyperparameters() {
  static const std::vector<Hyperparameter> all = {
      {"learning_rate", "how far a step goes; too small learns slowly, too large goes off",
       Bijection::log, 1e-8, 1e4, 1e-3, "learning-rate"},
      {"batch_size", "examples a step sees; between whole numbers the last one counts in part",
       Bijection::log, 1, 1e7, 32, "batch", true},
      {"momentum", "share of the last step that goes on in the next", Bijection::logit, 1e-4,
       0.9999, 0.9, ""},
      {"weight_decay", "share of each weight, times the rate, that a step takes away",
       Bijection::log, 1e-10, 1e2, 1e-2, "weight-decay"},
      {"l2", "penalty on the squares of the word vectors of the texts trained on", Bijection::log,
       1e-12, 1e2, 1e-5, ""},
      {"label_smoothing", "share of the truth that is spread over all classes", Bijection::logit,
       1e-4, 0.9, 0.05, ""},
      {"inner_learning_rate", "how far a method's steps on a task's support go", Bijection::log,
       1e-8, 1e4, 0.1, "inner-learning-rate", false, "method"},
      {"meta_batch", "tasks a step sees; between whole numbers the last one counts in part",
       Bijection::log, 1, 1e6, 4, "meta-batch", true},
      {"temperature", "what the scores are divided by in training; larger is softer",
       Bijection::softplus, 0.01, 100, 1, ""},
  };
  return all;
}

const Hyperparameter& hyperparameter_named(std::string_view name) {
  const auto& all = hyperparameters();
  const auto found = std::ranges::find(all, name, &Hyperparameter::name);
  if (found != all.end()) return *found;
  const std::string near = nearest(name, names());
  throw fault(cat("'", name, "' is no hyperparameter with a gradient"),
              cat(near.empty() ? "" : cat("did you mean ", near, "? "),
                  "Those that have one: ", join(names(), ", ")));
}

double to_line(Bijection bijection, double value) {
  switch (bijection) {
    case Bijection::log:
      return std::log(value);
    case Bijection::logit:
      return std::log(value) - std::log1p(-value);
    case Bijection::softplus:
      break;
  }
  return value + std::log(-std::expm1(-value));
}

double from_line(Bijection bijection, double x) {
  switch (bijection) {
    case Bijection::log:
      return std::exp(x);
    case Bijection::logit:
      return 1 / (1 + std::exp(-x));
    case Bijection::softplus:
      break;
  }
  return std::max(x, 0.) + std::log1p(std::exp(-std::abs(x)));
}

double slope_at(Bijection bijection, double x) {
  switch (bijection) {
    case Bijection::log:
      return std::exp(x);
    case Bijection::logit: {
      const double value = from_line(bijection, x);
      return value * (1 - value);
    }
    case Bijection::softplus:
      break;
  }
  return 1 / (1 + std::exp(-x));
}

std::size_t numbers_of(std::span<const TunedHyperparameter> tuned) {
  std::size_t count = 0;
  for (const TunedHyperparameter& one : tuned) count += one.numbers;
  return count;
}

std::vector<double> start_on_lines(std::span<const TunedHyperparameter> tuned) {
  std::vector<double> x;
  for (const TunedHyperparameter& one : tuned) {
    x.insert(x.end(), one.numbers, to_line(one.of.bijection, one.start));
  }
  return x;
}

std::vector<double> values_at(std::span<const TunedHyperparameter> tuned,
                              std::span<const double> x) {
  std::vector<double> values;
  values.reserve(x.size());
  for_each_part(tuned, x, [&](std::size_t i, std::span<const double> part) {
    const Hyperparameter& of = tuned[i].of;
    for (const double place : part) {
      values.push_back(std::clamp(twelve_digits(from_line(of.bijection, place)), of.low, of.high));
    }
  });
  return values;
}

std::vector<double> gradient_on_lines(std::span<const TunedHyperparameter> tuned,
                                      std::span<const double> x, std::span<const double> gradient) {
  std::vector<double> found;
  found.reserve(x.size());
  for_each_part(tuned, x, [&](std::size_t i, std::span<const double> part) {
    for (const double place : part) {
      found.push_back(gradient[found.size()] * slope_at(tuned[i].of.bijection, place));
    }
  });
  return found;
}

void keep_within_bounds(std::span<const TunedHyperparameter> tuned, std::span<double> x) {
  for_each_part(tuned, x, [&](std::size_t i, std::span<double> part) {
    const Hyperparameter& of = tuned[i].of;
    const double low = to_line(of.bijection, of.low);
    const double high = to_line(of.bijection, of.high);
    for (double& place : part) place = std::clamp(place, low, high);
  });
}

std::vector<TunedHyperparameter> tuned_hyperparameters(const std::vector<std::string>& asked,
                                                       const RunConfig& config,
                                                       std::int64_t largest_batch) {
  if (asked.empty()) {
    throw fault("names nothing to tune",
                cat("as --hyper learning_rate=0.01,batch_size=32, of ", join(names(), ", ")));
  }
  std::vector<TunedHyperparameter> tuned;
  for (const std::string& text : asked) {
    const std::size_t sign = text.find('=');
    const std::string name(trim(std::string_view(text).substr(0, sign)));
    TunedHyperparameter one{hyperparameter_named(name), 0};
    if (std::ranges::any_of(tuned, [&](const auto& other) { return other.of.name == name; })) {
      throw fault(cat("names ", name, " twice"));
    }
    one.start = sign == std::string::npos ? configured(one.of, config)
                                          : number_in(name, text.substr(sign + 1));
    const bool sized = name == "batch_size" || name == "meta_batch";
    if (sized) {
      one.of.high = largest_batch > 0 ? static_cast<double>(largest_batch)
                                      : std::max(1., std::ceil(kRoom * one.start));
    }
    if (!(one.start >= one.of.low && one.start <= one.of.high)) {
      throw fault(cat("the start of ", name, ", ", shortest(one.start), ", is beyond its bounds"),
                  cat("give one from ", shortest(one.of.low), " to ", shortest(one.of.high),
                      sized ? " (--max-batch sets the largest)" : ""));
    }
    tuned.push_back(std::move(one));
  }
  return tuned;
}

}  // namespace inkling
