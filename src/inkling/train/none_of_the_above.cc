#include "inkling/train/none_of_the_above.h"

#include <utility>

#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/methods/method_registry.h"
#include "inkling/metrics/none_threshold.h"
#include "inkling/tasks/text_classes.h"
#include "inkling/train/task_data.h"
#include "inkling/train/validation.h"

namespace inkling {
namespace {

constexpr const char* kShift = "none.shift";

/// Whether a method of these options can answer that a query is of no class.
bool can_say_none(const PluginOptions& options) {
  const std::string none = option_value(options, "none");
  return !none.empty() && none != "no";
}

}  // namespace

bool asks_for_none(const RunConfig& config) {
  const std::string share = option_value(config.task.options, "none-of-the-above");
  return !share.empty() && std::stod(share) > 0;
}

void check_none(const RunConfig& config) {
  if (!asks_for_none(config) || can_say_none(config.method.options)) return;
  std::vector<std::string> can;
  for (const PluginEntry& entry : methods_options()) {
    if (!option_value(entry.make_options(), "none").empty()) {
      can.push_back(cat("--method ", entry.info.name, " --none learned"));
    }
  }
  throw Error(ErrorKind::usage,
              cat("some queries are of none of the classes, and ", config.method.name,
                  " answers with a class always"),
              {"", 0, "none-of-the-above"}, cat("leave it out, or use ", join(can, ", ")));
}

BestNone with_best_none(std::vector<EpisodeResult> results) {
  std::vector<Answers> answers;
  for (const EpisodeResult& result : results) answers.push_back(answers_of(result));
  const double shift = best_none_shift(answers);
  for (EpisodeResult& result : results) {
    const auto outputs = static_cast<std::size_t>(result.outputs);
    for (std::size_t i = outputs - 1; i < result.scores.size(); i += outputs) {
      result.scores[i] += shift;
    }
  }
  return {std::move(results), shift};
}

Params with_fitted_none(const Learner& learner, const Params& meta, const EpisodeSource* validation,
                        Workers& workers) {
  if (validation == nullptr || !asks_for_none(learner.config()) || !meta.contains(kShift)) {
    return meta;
  }
  const double shift =
      with_best_none(validation_results(learner, meta, *validation, workers)).shift;
  log_info(cat("none of the above: its score is moved by ", shortest(shift),
               ", which is best on validation episodes"));
  Params fitted = meta;
  fitted.set(kShift, meta.at(kShift) + shift);
  return fitted;
}

}  // namespace inkling
