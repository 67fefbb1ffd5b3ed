#include "inkling/train/tuned_minimum.h"

#include <map>

#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/bilevel/implicit/implicit.h"
#include "inkling/train/session.h"
#include "inkling/train/streams.h"

namespace inkling {
namespace {

/// The numbers of `from` by the names of `to`.
std::vector<double> carried(const TuningProblem& from, std::span<const double> values,
                            const TuningProblem& to) {
  std::vector<double> found;
  const double share =
      static_cast<double>(from.extent().examples) / static_cast<double>(to.extent().examples);
  for_each_part(std::span<const TunedHyperparameter>(from.tuned()), values,
                [&](std::size_t i, std::span<const double> part) {
                  const TunedHyperparameter& one = from.tuned()[i];
                  std::map<std::string, double> known;
                  const std::vector<std::string> names = names_of_numbers(one, from.extent());
                  for (std::size_t k = 0; k < part.size(); ++k) known.emplace(names[k], part[k]);
                  const double factor = one.of.name == "l2" ? share : 1;
                  for (const std::string& name : names_of_numbers(to.tuned()[i], to.extent())) {
                    const auto place = known.find(name);
                    found.push_back(factor * (place == known.end() ? one.start : place->second));
                  }
                });
  return found;
}

/// The test metric of the model with these parameters.
/// @param params  of what `problem` moves, with the rows that occur
double tested(TrainingSession&& session, const TuningProblem& problem, const Params& params,
              const std::string& metric, Workers& workers) {
  const Learner& learner = session.learner();
  const Params first = learner.init(stream(learner.config().train.seed, Stream::parameters));
  TrainingOutcome outcome;
  outcome.params = first.merged(scattered(learner.model(), params, first, problem.extent().rows));
  const TrainingSplits splits = session.splits();
  const TrainedModel model = std::move(session).model(std::move(outcome), 1);
  const nlohmann::json report = evaluation_report(model, &splits, workers);
  if (!report["metrics"].contains(metric)) {
    throw Error(ErrorKind::usage, cat("the task does not measure '", metric, "'"),
                {"", 0, "metric"});
  }
  return report["metrics"][metric]["value"].get<double>();
}

}  // namespace

double metric_at_minimum(const RunConfig& config, const TuneOptions& options,
                         const TuningProblem& tuned, std::span<const double> values,
                         const std::string& metric, Workers& workers) {
  for (const TunedHyperparameter& one : tuned.tuned()) {
    if (one.per != "example") continue;
    throw Error(ErrorKind::usage, "a weight an example says nothing of examples that had none",
                {"", 0, "hyper"}, "leave out example_weight");
  }
  TrainingSession session(config, workers, TrainingSession::Data::all);
  TuningData data;
  // There is nothing to validate with any more; a problem has to have something.
  data.train = data.validation = &session.train();
  data.domains = session.splits().train.groups;
  for (const PoolExample& example : session.splits().train.pool) {
    data.domain_of.push_back(example.group);
  }
  const TuningProblem problem(session.learner(), data,
                              tuned_hyperparameters(options.hyper, config, options.max_batch),
                              options);
  const Hyper hyper = problem.inner().fixed.merged(problem.hyper(carried(tuned, values, problem)));
  const Params start = first_state(problem.inner(), hyper).params;
  const auto& loss = problem.inner().optimised;
  const double from = norm_of(Curvature(loss, start, hyper).gradient());
  const Minimum found =
      minimised(loss, start, hyper, from, {.share = ImplicitOptions().solved_share});
  if (!found.reached) {
    log_warning(cat("the model of all data is not at its minimum: after ", found.steps,
                    " steps the norm of its gradient is ", found.gradient));
  }
  return tested(std::move(session), problem, found.params, metric, workers);
}

double metric_after_training(const RunConfig& config, const TuningProblem& tuned,
                             std::span<const double> values, const std::string& metric,
                             Workers& workers) {
  const Hypergradient found = trained(tuned.inner(), tuned.objective(), tuned.hyper(values));
  return tested(TrainingSession(config, workers), tuned, found.last.params, metric, workers);
}

}  // namespace inkling
