#include "inkling/api/hyperparameters.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>

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

/// Weights on the simplex: their mean stays one, so that they cannot do a learning rate's work, nor
/// make a penalty weaker, all together.
Hyperparameter weights_of(const std::string& each, const std::string& summary) {
  return {.name = cat(each, "_weight"),
          .summary = summary,
          .bijection = Bijection::simplex,
          .low = 1e-4,
          .high = 1e4,
          .otherwise = 1,
          .field = "",
          .each = each,
          .of_loss = true};
}

/// The value that training is configured with, where it is one that can be started from.
double configured(const Hyperparameter& of, const RunConfig& config) {
  double value = of.otherwise;
  if (of.name == "learning_rate") value = config.train.learning_rate;
  if (of.name == "batch_size") value = static_cast<double>(config.train.batch);
  if (of.name == "meta_batch") value = static_cast<double>(config.train.meta_batch);
  if (of.name == "weight_decay" && config.train.weight_decay > 0) value = config.train.weight_decay;
  if (of.name == "inner_learning_rate") {
    for (const Field& field : config.method.options.fields()) {
      if (field.name == of.field) value = **std::get_if<double*>(&field.value);
    }
  }
  return value;
}

/// n softmax(x).
std::vector<double> on_simplex(std::span<const double> x) {
  const double highest = *std::ranges::max_element(x);
  std::vector<double> weights;
  double sum = 0;
  for (const double place : x) {
    weights.push_back(std::exp(place - highest));
    sum += weights.back();
  }
  for (double& weight : weights) weight *= static_cast<double>(x.size()) / sum;
  return weights;
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
      {.name = "learning_rate",
       .summary = "how far a step goes; too small learns slowly, too large goes off",
       .bijection = Bijection::log,
       .low = 1e-8,
       .high = 1e4,
       .otherwise = 1e-3,
       .field = "learning-rate",
       .per = {"step", "layer"}},
      {.name = "batch_size",
       .summary = "examples a step sees; between whole numbers the last one counts in part",
       .bijection = Bijection::log,
       .low = 1,
       .high = 1e7,
       .otherwise = 32,
       .field = "batch",
       .whole = true},
      {.name = "momentum",
       .summary = "share of the last step that goes on in the next",
       .bijection = Bijection::logit,
       .low = 1e-4,
       .high = 0.9999,
       .otherwise = 0.9,
       .field = ""},
      {.name = "weight_decay",
       .summary = "share of each weight, times the rate, that a step takes away",
       .bijection = Bijection::log,
       .low = 1e-10,
       .high = 1e2,
       .otherwise = 1e-2,
       .field = "weight-decay",
       .per = {"layer", "word"}},
      {.name = "l2",
       .summary = "penalty on the squares of the word vectors of the texts trained on",
       .bijection = Bijection::log,
       .low = 1e-12,
       .high = 1e2,
       .otherwise = 1e-5,
       .field = "",
       .per = {"word"},
       .of_loss = true},
      {.name = "label_smoothing",
       .summary = "share of the truth that is spread over all classes",
       .bijection = Bijection::logit,
       .low = 1e-4,
       .high = 0.9,
       .otherwise = 0.05,
       .field = "",
       .of_loss = true},
      {.name = "temperature",
       .summary = "what the scores are divided by in training; larger is softer",
       .bijection = Bijection::softplus,
       .low = 0.01,
       .high = 100,
       .otherwise = 1,
       .field = "",
       .of_loss = true},
      {.name = "inner_learning_rate",
       .summary = "how far a method's steps on a task's support go",
       .bijection = Bijection::log,
       .low = 1e-8,
       .high = 1e4,
       .otherwise = 0.1,
       .field = "inner-learning-rate"},
      {.name = "meta_batch",
       .summary = "tasks a step sees; between whole numbers the last one counts in part",
       .bijection = Bijection::log,
       .low = 1,
       .high = 1e6,
       .otherwise = 4,
       .field = "meta-batch",
       .whole = true},
      weights_of("class", "how much the examples of each class count; their mean is 1"),
      weights_of("domain", "how much the examples of each group count; their mean is 1"),
      weights_of("example", "how much each training example counts; their mean is 1"),
  };
  return all;
}

std::vector<std::string> hyperparameter_names() {
  std::vector<std::string> all;
  for (const Hyperparameter& one : hyperparameters()) {
    all.push_back(one.name);
    for (const std::string& per : one.per) all.push_back(cat(one.name, "/", per));
  }
  return all;
}

const Hyperparameter& hyperparameter_named(std::string_view name) {
  const auto& all = hyperparameters();
  const auto found = std::ranges::find(all, name, &Hyperparameter::name);
  if (found != all.end()) return *found;
  const std::string near = nearest(name, hyperparameter_names());
  throw fault(cat("'", name, "' is no hyperparameter with a gradient"),
              cat(near.empty() ? "" : cat("did you mean ", near, "? "),
                  "Those that have one: ", join(hyperparameter_names(), ", ")));
}

double to_line(Bijection bijection, double value) {
  switch (bijection) {
    case Bijection::log:
    case Bijection::simplex:
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
    case Bijection::simplex:
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
    case Bijection::simplex:
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

namespace {

/// "name" or "name/per".
TunedHyperparameter named(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    const Hyperparameter& found = hyperparameter_named(text);
    return {.of = found, .start = 0, .per = found.each};
  }
  const Hyperparameter& found = hyperparameter_named(text.substr(0, slash));
  const std::string per(text.substr(slash + 1));
  if (std::ranges::find(found.per, per) != found.per.end() || per == found.each) {
    return {.of = found, .start = 0, .per = per};
  }
  std::vector<std::string> vectors;
  for (const Hyperparameter& one : hyperparameters()) {
    for (const std::string& each : one.per) vectors.push_back(cat(one.name, "/", each));
    if (!one.each.empty()) vectors.push_back(one.name);
  }
  const std::string own =
      found.per.empty()
          ? cat(found.name, " is ", found.each.empty() ? "one number" : cat("per ", found.each))
          : cat(found.name, " can be had per ", join(found.per, " or "));
  throw fault(cat("there is no ", text, ": ", own),
              cat("Those with a number for each: ", join(vectors, ", ")));
}

}  // namespace

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
    if (of.bijection == Bijection::simplex) {
      const std::vector<double> weights = on_simplex(part);
      values.insert(values.end(), weights.begin(), weights.end());
      return;
    }
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
    if (tuned[i].of.bijection == Bijection::simplex) {
      // d(n s_i)/dx_j = n s_i ([i = j] - s_j).
      const std::vector<double> weights = on_simplex(part);
      const std::span own = gradient.subspan(found.size(), part.size());
      double mean = 0;
      for (std::size_t j = 0; j < part.size(); ++j) mean += weights[j] * own[j];
      mean /= static_cast<double>(part.size());
      for (std::size_t j = 0; j < part.size(); ++j) found.push_back(weights[j] * (own[j] - mean));
      return;
    }
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
    if (of.bijection == Bijection::simplex) {
      // A shift of all changes nothing: their mean is held at 0.
      const double mean =
          std::accumulate(part.begin(), part.end(), 0.) / static_cast<double>(part.size());
      for (double& place : part) place -= mean;
    }
    for (double& place : part) place = std::clamp(place, low, high);
  });
}

std::vector<TunedHyperparameter> tuned_hyperparameters(const std::vector<std::string>& asked,
                                                       const RunConfig& config,
                                                       std::int64_t largest_batch) {
  if (asked.empty()) {
    throw fault("names nothing to tune", cat("as --hyper learning_rate=0.01,batch_size=32, of ",
                                             join(hyperparameter_names(), ", ")));
  }
  std::vector<TunedHyperparameter> tuned;
  for (const std::string& text : asked) {
    const std::size_t sign = text.find('=');
    const std::string name(trim(std::string_view(text).substr(0, sign)));
    TunedHyperparameter one = named(name);
    if (std::ranges::any_of(tuned,
                            [&](const auto& other) { return other.of.name == one.of.name; })) {
      throw fault(cat("names ", one.of.name, " twice"));
    }
    one.start = sign == std::string::npos ? configured(one.of, config)
                                          : number_in(name, text.substr(sign + 1));
    if (one.of.each != "" && one.start != 1) {
      throw fault(cat("the weights of ", name, " start at 1, which is their mean"),
                  cat("use --hyper ", name));
    }
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
