#include "inkling/train/meta_training.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/bilevel/checkpoint_schedule.h"
#include "inkling/metrics/event_file.h"
#include "inkling/metrics/training_log.h"
#include "inkling/train/checkpoint.h"
#include "inkling/train/evaluation.h"
#include "inkling/train/outer_step.h"
#include "inkling/train/step_records.h"
#include "inkling/train/streams.h"

namespace inkling {
namespace {

/// @throws Error usage, where the method reads texts without a label and there are none
void check_unlabelled(const Learner& learner, const TrainingSetup& setup) {
  if (learner.method().traits().unlabelled_ratio == 0 || !passes(learner, *setup.train)) return;
  if (setup.unlabelled != nullptr && setup.unlabelled->examples() > 0) return;
  throw Error(ErrorKind::usage,
              cat(learner.config().method.name,
                  " learns from texts without a label too, and there are none"),
              {"", 0, "unlabelled"},
              "give --unlabelled FILE, or to `inkling distill` --transfer FILE");
}

/// @throws Error usage, where the method reads clean examples and there are none
void check_clean(const Learner& learner, const TrainingSetup& setup) {
  if (learner.method().traits().clean == 0 || !passes(learner, *setup.train)) return;
  const std::string& method = learner.config().method.name;
  if (!validates_whole(learner)) {
    throw Error(ErrorKind::usage,
                cat(method, " reads validation examples of the same classes, and tasks by ",
                    "label have others"),
                {"", 0, "tasks-by"}, "use --tasks-by single or group");
  }
  if (setup.validation == nullptr || setup.validation->examples() == 0) {
    throw Error(
        ErrorKind::usage, cat(method, " reads clean validation examples, and there are none"),
        {"", 0, "validation"},
        cat("give --validation FILE with labels that are right, or --holdout",
            learner.method().traits().unlabelled_ratio > 0 ? ", or --calibration-batch 0" : ""));
  }
}

Params copied(const Params& params) {
  return params.map([](const std::string&, const Tensor& value) { return value.clone(); });
}

/// @param where  the episodes, or ""
/// @param some   whether leaving these out would help
Error not_finite(const std::string& what, const std::string& where, bool kept, bool some) {
  return {ErrorKind::numeric,
          cat(what, " is not finite", where),
          {"", 0, some ? "on-nan" : "learning-rate"},
          cat("use a smaller --learning-rate or --inner-learning-rate, or --clip",
              some ? ", or leave such out by --on-nan skip" : "",
              kept ? "; the last good checkpoint is kept" : "")};
}

/// What a method could not compute, with the step and the episodes.
/// @param some  whether leaving these out would help
Error named(const Error& error, std::int64_t step, const std::string& where, bool kept, bool some) {
  std::string hint = error.hint();
  const auto add = [&](const char* between, const char* more) {
    hint += cat(hint.empty() ? "" : between, more);
  };
  if (some) add(", or ", "leave such out by --on-nan skip");
  if (kept) add("; ", "the last good checkpoint is kept");
  return {error.kind(), cat("step ", step + 1, where, ": ", error.message()), error.where(), hint};
}

/// A finite loss may have a gradient that is not: a step along it would spoil what the last
/// checkpoint holds.
class StepGradients {
 public:
  StepGradients(const Learner& learner, Workers& workers) : learner_(learner), workers_(workers) {}

  /// The step's gradient, of all its episodes or, as the options say, of those that are finite.
  /// @param kept     whether there is a checkpoint, for the message
  /// @param skipped  how many are not
  /// @throws Error numeric
  MeanGradient gradient(const Params& meta, std::int64_t step, std::vector<Shard> shards,
                        const StepCourse& course, bool kept, std::int64_t& skipped) const {
    std::optional<MeanGradient> mean;
    std::optional<Error> thrown;
    try {
      mean = mean_gradient(learner_, meta, shards, course, workers_);
      if (mean->finite()) return *mean;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::numeric) throw;
      thrown = error;
    }
    const auto unsound = unsound_numbers(learner_, meta, shards, course, workers_);
    std::size_t count = 0;
    for (const Shard& shard : shards) count += shard.numbers.size();
    const bool skips = learner_.config().train.on_nan == "skip";
    if (!skips || unsound.empty() || unsound.size() == count) {
      const bool some = !skips && !unsound.empty() && unsound.size() < count;
      const std::string blamed = where(unsound, count, shards.front().examples);
      if (thrown) {
        throw named(error_alone(meta, shards, unsound, course).value_or(*thrown), step, blamed,
                    kept, some);
      }
      throw not_finite(cat(what(*mean), step + 1), blamed, kept, some);
    }
    skipped = static_cast<std::int64_t>(unsound.size());
    MeanGradient rest = mean_gradient(learner_, meta, without(shards, unsound), course, workers_);
    if (!rest.finite()) {
      throw not_finite(cat(what(rest), step + 1), cat(" without the ", skipped, " left out"), kept,
                       false);
    }
    return rest;
  }

 private:
  static std::string what(const MeanGradient& mean) {
    return cat("the ", std::isfinite(mean.loss) ? "gradient" : "loss", " of step ");
  }

  /// What the method says of the first of these numbers alone: of several it may have counted them
  /// in its own way.
  std::optional<Error> error_alone(const Params& meta, const std::vector<Shard>& shards,
                                   const std::vector<std::uint64_t>& unsound,
                                   const StepCourse& course) const {
    if (unsound.empty()) return std::nullopt;
    std::vector<Shard> alone = shards;
    for (Shard& shard : alone) {
      std::erase_if(shard.numbers, [&](std::uint64_t n) { return n != unsound.front(); });
    }
    try {
      mean_gradient(learner_, meta, alone, course, workers_);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::numeric) return error;
      throw;
    }
    return std::nullopt;
  }

  static std::string where(const std::vector<std::uint64_t>& unsound, std::size_t count,
                           bool examples) {
    const char* what = examples ? "example" : "episode";
    if (unsound.empty()) return "";
    if (unsound.size() == count) return cat(" in all its ", count, " ", what, "s");
    std::string names = cat(" in ", what, unsound.size() > 1 ? "s " : " ", unsound.front());
    constexpr std::size_t kNamed = 5;
    for (std::size_t i = 1; i < std::min(kNamed, unsound.size()); ++i) {
      names += cat(", ", unsound[i]);
    }
    if (unsound.size() > kNamed) names += cat(" and ", unsound.size() - kNamed, " more");
    return names;
  }

  const Learner& learner_;
  Workers& workers_;
};

bool finite(const Params& params) {
  const torch::autograd::AutoGradMode off(false);
  return std::ranges::all_of(params, [](const auto& entry) {
    return entry.second.isfinite().all().template item<bool>();
  });
}

/// Says what keeping few states of an inner loop costs, where the method has the option.
void log_recomputation(const RunConfig& config) {
  const auto& fields = config.method.options.fields();
  const auto number = [&](std::string_view name) {
    const auto field = std::ranges::find(fields, name, &Field::name);
    return field == fields.end() ? 0 : **std::get_if<std::int64_t*>(&field->value);
  };
  const std::int64_t steps = number("inner-steps");
  const std::int64_t checkpoints = number("checkpoints");
  if (checkpoints < 1 || steps < 2) return;
  log_info(cat("of ", steps, " steps on a support ", checkpoints,
               " states are kept: a meta-gradient computes ", recomputed_steps(steps, checkpoints),
               " steps again"));
}

/// A value that is no number is the best of nothing.
bool better(const Learner& learner, double value, const std::optional<double>& than) {
  if (!std::isfinite(value)) return false;
  return !than || (higher_is_better(learner) ? value > *than : value < *than);
}

/// @throws Error usage, where a training that goes on has done more than `steps`
void check_steps(const Checkpoint& now, std::int64_t steps, const TrainOptions& options) {
  if (now.step <= steps) return;
  throw Error(ErrorKind::usage,
              cat("the checkpoint is of step ", now.step, ", beyond the ", steps, " asked for"),
              {"", 0, options.epochs > 0 ? "epochs" : "steps"},
              "ask for more, or start anew with --replace");
}

}  // namespace

std::int64_t outer_steps(const Learner& learner, const EpisodeSource& train) {
  const TrainOptions& options = learner.config().train;
  if (options.epochs == 0) return options.steps;
  if (!passes(learner, train)) {
    throw Error(ErrorKind::usage,
                cat("method '", learner.config().method.name, "' trains on episodes"),
                {"", 0, "epochs"}, "use --steps");
  }
  const std::int64_t batch = std::min(options.batch, train.examples());
  return options.epochs * ((train.examples() + batch - 1) / batch);
}

TrainingOutcome meta_train(const Learner& learner, const TrainingSetup& setup, Workers& workers) {
  const TrainOptions& options = learner.config().train;
  check_clean(learner, setup);
  check_unlabelled(learner, setup);
  const std::int64_t steps = outer_steps(learner, *setup.train);
  const OuterOptimiser optimiser(options, steps, learner.model().linear_input(), &learner.method());

  Checkpoint now;
  now.params =
      copied(setup.first != nullptr ? *setup.first
                                    : learner.init(stream(options.seed, Stream::parameters)));
  const Params trained = trained_part(learner, now.params);
  if (steps > 0 && trained.empty()) {
    throw Error(ErrorKind::usage, "there is nothing to train: no parameter moves", {"", 0, "steps"},
                "let the vectors be tuned, or use --steps 0");
  }
  now.state = optimiser.init(trained);
  std::unique_ptr<CheckpointFile> file;
  std::unique_ptr<TrainingLog> log;
  std::unique_ptr<EventFile> events;
  if (!setup.folder.empty()) {
    file = std::make_unique<CheckpointFile>(setup.folder, learner.config());
    if (setup.resume) file->load(now);
    check_steps(now, steps, options);
    const auto from = setup.resume ? std::optional<std::int64_t>(now.step) : std::nullopt;
    log = std::make_unique<TrainingLog>(setup.folder / "metrics.jsonl", from);
    events = std::make_unique<EventFile>(setup.folder / kEventFile, from);
  }
  bool kept = now.step > 0;
  // A checkpoint waits until the loss at its parameters is known to be finite.
  bool due = false;
  const auto checkpoint = [&] {
    due = false;
    if (!file) return;
    log->sync();
    events->sync();
    file->save(now);
    kept = true;
  };

  const std::int64_t validate_every = setup.validate_every.value_or(options.validate_every);
  StepRecords records(learner, *setup.train, setup.validation, setup.unlabelled);
  const StepGradients gradients(learner, workers);
  std::unique_ptr<Progress> progress;
  if (!setup.quiet) log_recomputation(learner.config());
  if (!setup.quiet) progress = std::make_unique<Progress>(setup.what, steps);
  std::string metric = "best";
  TrainingOutcome outcome;
  outcome.stopped = now.stopped ? "patience" : "steps";
  double most_taught = 0;
  bool reads_texts = false;
  while (now.step < steps && !now.stopped) {
    const StepCourse course = {
        stream(options.seed, Stream::noise).fold(static_cast<std::uint64_t>(now.step)),
        static_cast<double>(now.step) / static_cast<double>(steps)};
    std::int64_t skipped = 0;
    const MeanGradient mean =
        gradients.gradient(now.params, now.step, records.at(now.step), course, kept, skipped);
    if (due) checkpoint();
    if (interrupt_requested()) {
      checkpoint();
      throw Interrupted();
    }
    now.skipped += skipped;
    reads_texts = reads_texts || mean.taught.has_value();
    most_taught = std::max(most_taught, mean.taught.value_or(0));
    optimiser.step(now.params, now.state, mean.gradients,
                   [&](std::int64_t count, const auto& body) { workers.run(count, body); });
    ++now.step;
    now.loss = now.loss == 0 ? mean.loss : 0.98 * now.loss + 0.02 * mean.loss;
    std::string note = cat("loss ", fixed(now.loss, 4));
    if (now.best) note += cat(" ", metric, " ", fixed(*now.best, 2));
    if (now.skipped > 0) note += cat(" skipped ", now.skipped);
    if (progress) progress->update(now.step, note);

    const bool last = now.step == steps;
    const bool validates = setup.validation != nullptr && validate_every > 0 &&
                           (now.step % validate_every == 0 || last);
    nlohmann::ordered_json line;
    if (validates) {
      const auto measures = validation_measures(learner, now.params, *setup.validation, workers);
      const auto& [name, value] = measures.front();
      for (const Measure& one : measures) line[cat("validation_", one.name)] = one.value;
      metric = name;
      if (better(learner, value, now.best)) {
        now.best = value;
        now.best_step = now.step;
        now.best_params = copied(now.params);
        now.without_better = 0;
      } else if (++now.without_better >= options.patience && options.patience > 0) {
        now.stopped = true;
        outcome.stopped = "patience";
      }
    }
    const bool saves = now.step % options.checkpoint_every == 0 || last || now.stopped;
    if (log && (validates || saves || skipped > 0 || now.step % 10 == 0)) {
      line["loss"] = mean.loss;
      if (skipped > 0) line["skipped"] = skipped;
      if (mean.taught) line["taught"] = *mean.taught;
      log->append(now.step, line);
      events->append(now.step, scalars_of(line));
    }
    due = due || saves;
  }
  if (due) {
    if (!finite(now.params))
      throw not_finite(cat("a parameter after step ", now.step), "", kept, false);
    checkpoint();
  }
  if (reads_texts && most_taught == 0) {
    log_warning(
        "no answer to a text without a label was ever sure enough to teach: the labels alone did "
        "(lower --least-confidence, or train for more --steps)");
  }
  outcome.params = now.best ? now.best_params : now.params;
  outcome.steps = now.step;
  outcome.best_step = now.best ? now.best_step : now.step;
  outcome.validation = now.best;
  outcome.skipped = now.skipped;
  return outcome;
}

}  // namespace inkling
