#include "inkling/api/tune_rules.h"

#include <algorithm>
#include <map>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

/// Two things that exclude each other: where both are asked for, it is an error of this option.
struct Clash {
  bool there;
  const char* field;
  std::string message;
  std::string hint;
};

}  // namespace

bool solves(const TuneOptions& options) {
  return options.estimator.starts_with("implicit");
}

bool validates(const TuneOptions& options) {
  return options.objective.starts_with("validation");
}

void check_together(const TuneOptions& options, std::span<const TunedHyperparameter> tuned,
                    bool episodic) {
  const bool gradient = options.search == "gradient";
  const bool checks = options.check > 0;
  const bool solved = solves(options);
  const auto any = [&](const auto& of) { return std::ranges::any_of(tuned, of); };
  const bool weights = any([](const auto& one) { return !one.of.each.empty(); });
  const bool vectors = any([](const auto& one) { return !one.per.empty(); });
  const bool by_sign =
      options.outer_optimiser == "rprop" || (options.outer_optimiser == "auto" && !vectors);
  const std::string of_examples = " is of examples, and the method trains on episodes";
  const std::string of_gradient = " is of tuning along a gradient";
  const std::string plain = "leave it at its default, or use --method supervised";
  const std::string along = "use --search gradient, or leave it out";
  const std::vector<Clash> clashes = {
      {episodic && solved, "estimator", "an implicit estimator" + of_examples, plain},
      {episodic && options.objective == "validation-accuracy", "objective",
       "validation-accuracy" + of_examples, plain},
      {episodic && checks, "check", "a check" + of_examples, plain},
      {solved && !validates(options), "objective",
       cat("an implicit estimator sees the end of a training alone, not ", options.objective),
       "use --objective validation-loss, or --estimator reverse"},
      {!gradient && solved, "estimator", "an implicit estimator" + of_gradient, along},
      {!gradient && checks, "check", "a check" + of_gradient, along},
      {!gradient && weights, "hyper", "a weight for each of something" + of_gradient, along},
      {checks && !validates(options), "check",
       cat("a check is of validation data, which ", options.objective, " does not read"),
       "use --objective validation-loss, or leave out --check"},
      {gradient && options.first_inner_steps > 0 && !by_sign, "first-inner-steps",
       "trainings become longer as rprop's steps become short",
       "use --outer-optimiser rprop, or leave it out"},
      {any([](const auto& one) { return one.of.name == "momentum"; }) &&
           options.inner_optimiser != "momentum",
       "hyper", cat("momentum is not read by the inner optimiser, ", options.inner_optimiser),
       "use --inner-optimiser momentum, or leave momentum out"},
  };
  const auto found = std::ranges::find_if(clashes, &Clash::there);
  if (found == clashes.end()) return;
  throw Error(ErrorKind::usage, found->message, {"", 0, found->field}, found->hint);
}

std::vector<std::string> unread_options(const TuneOptions& options) {
  const bool gradient = options.search == "gradient";
  const bool steps = !solves(options);
  const std::map<std::string, bool> read = {
      {"accuracy-temperature", options.objective == "validation-accuracy"},
      {"inner-steps", steps},
      {"first-inner-steps", gradient && steps},
      {"outer-steps", gradient || options.budget == 0},
      {"outer-optimiser", gradient},
      {"outer-rate", gradient},
      {"inner-optimiser", steps},
      {"estimator", gradient},
      {"slots", gradient && options.estimator == "checkpointed"},
      {"window", gradient && options.estimator == "truncated"},
      {"max-batch", steps},
      {"divergences", gradient},
      {"settle", gradient && options.outer_optimiser != "rprop"},
      {"check", gradient},
  };
  TuneOptions own = options;
  TuneOptions defaults;
  const std::map<std::string, std::string> otherwise = field_map(fields_of(defaults));
  std::vector<std::string> unread;
  for (const Field& field : fields_of(own)) {
    const auto found = read.find(field.name);
    if (found == read.end() || found->second) continue;
    if (field_text(field) != otherwise.at(field.name)) unread.push_back(field.name);
  }
  return unread;
}

}  // namespace inkling
