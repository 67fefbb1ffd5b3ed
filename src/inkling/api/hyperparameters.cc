#include "inkling/api/hyperparameters.h"

#include <algorithm>
#include <cmath>

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
  RunConfig copy = config;
  const std::optional<Field> option = option_of(of, copy);
  const double value = option ? std::stod(field_text(*option)) : 0;
  return value > 0 ? value : of.otherwise;
}

/// A field of an encoder or method as a hyperparameter.
Hyperparameter from_field(const Field& field, const std::string& section) {
  const Differentiable& how = *field.differentiable;
  Hyperparameter made{.name = field.name,
                      .summary = field.help,
                      .bijection = how.bijection,
                      .low = how.low,
                      .high = how.high,
                      .otherwise = std::stod(field_text(field)),
                      .field = field.name,
                      .section = section,
                      .per = how.per};
  std::ranges::replace(made.name, '-', '_');
  return made;
}

/// The fields of all `entries` that are declared differentiable and have a name of their own.
void add_fields(std::vector<Hyperparameter>& all, const std::string& section,
                const std::vector<PluginEntry>& entries) {
  for (const PluginEntry& entry : entries) {
    const PluginOptions options = entry.make_options();
    for (const Field& field : options.fields()) {
      if (!field.differentiable) continue;
      Hyperparameter made = from_field(field, section);
      if (std::ranges::find(all, made.name, &Hyperparameter::name) == all.end()) {
        all.push_back(std::move(made));
      }
    }
  }
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

namespace {

std::vector<Hyperparameter> of_trainings() {
  return {
      {.name = "learning_rate",
       .summary = "how far a step goes; too small learns slowly, too large goes off",
       .bijection = Bijection::log,
       .low = 1e-8,
       .high = 1e4,
       .otherwise = 1e-3,
       .field = "learning-rate",
       .per = {"step", "layer", "layer-step"}},
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
}

}  // namespace

const std::vector<Hyperparameter>& hyperparameters() {
  static const std::vector<Hyperparameter> all = [] {
    std::vector<Hyperparameter> made = of_trainings();
    add_fields(made, "encoder", encoders_options());
    add_fields(made, "method", methods_options());
    return made;
  }();
  return all;
}

std::optional<Field> option_of(const Hyperparameter& of, RunConfig& config) {
  for (const ConfigSection& section : sections_of(config)) {
    if (section.name != of.section) continue;
    for (const Field& field : section.fields) {
      if (field.name == of.field) return field;
    }
  }
  return {};
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

namespace {

/// The hyperparameter of this name; of a field, as the encoder or method chosen declares it.
Hyperparameter declared(std::string_view name, const RunConfig& config) {
  const Hyperparameter& found = hyperparameter_named(name);
  if (found.section == "train") return found;
  const PluginChoice& chosen = found.section == "encoder" ? config.encoder : config.method;
  for (const Field& field : chosen.options.fields()) {
    if (field.name == found.field && field.differentiable) {
      return from_field(field, found.section);
    }
  }
  std::vector<std::string> own;
  for (const Field& field : chosen.options.fields()) {
    if (field.differentiable) own.push_back(from_field(field, found.section).name);
  }
  throw fault(cat(name, " is no field of ", found.section, " '", chosen.name, "'"),
              own.empty() ? "it has none with a gradient"
                          : cat("those of its fields with a gradient: ", join(own, ", ")));
}

/// "name" or "name/per".
TunedHyperparameter named(std::string_view text, const RunConfig& config) {
  const std::size_t slash = text.find('/');
  const Hyperparameter found = declared(text.substr(0, slash), config);
  if (slash == std::string_view::npos) return {.of = found, .start = 0, .per = found.each};
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
    TunedHyperparameter one = named(name, config);
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
