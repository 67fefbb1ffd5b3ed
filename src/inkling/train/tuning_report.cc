#include "inkling/train/tuning_report.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <unordered_set>

#include "inkling/api/tune_bounds.h"
#include "inkling/api/tune_rules.h"
#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/bilevel/differences/differences.h"
#include "inkling/bilevel/forward/forward.h"
#include "inkling/bilevel/reverse/reverse.h"
#include "inkling/train/session.h"
#include "inkling/train/streams.h"
#include "inkling/train/tuned_minimum.h"
#include "inkling/train/tuning.h"
#include "inkling/train/tuning_search.h"
#include "inkling/train/tuning_writer.h"

namespace inkling {
namespace {

using nlohmann::json;

std::string toml_text(const std::string& text) {
  return json(text).dump();
}

std::string toml_value(const Field& field) {
  if (std::holds_alternative<std::string*>(field.value)) {
    return toml_text(**std::get_if<std::string*>(&field.value));
  }
  if (const auto* list = std::get_if<std::vector<std::string>*>(&field.value)) {
    std::vector<std::string> items;
    for (const std::string& item : **list) items.push_back(toml_text(item));
    return cat("[", join(items, ", "), "]");
  }
  return field_text(field);
}

/// Examples of `validation` whose text is among those of `train`.
std::vector<std::int64_t> overlap_of(const TrainingSplits& splits) {
  const std::unordered_set<std::string_view> known(splits.train.texts.begin(),
                                                   splits.train.texts.end());
  std::vector<std::int64_t> found;
  for (std::size_t i = 0; i < splits.validation.pool.size(); ++i) {
    const auto text = static_cast<std::size_t>(splits.validation.pool[i].index);
    if (known.contains(splits.validation.texts[text])) {
      found.push_back(static_cast<std::int64_t>(i));
    }
  }
  return found;
}

/// A training made a tuning problem.
class Tuned {
 public:
  Tuned(const RunConfig& config, const TuneOptions& options, Workers& workers)
      : tuned_(within_bounds(options, config)),
        session_(config, workers),
        problem_(session_.learner(), data(options), tuned_, options) {}

  const TuningProblem& problem() const { return problem_; }
  std::int64_t steps_of_training() const {
    return std::max<std::int64_t>(1, outer_steps(session_.learner(), session_.train()));
  }

 private:
  static std::vector<TunedHyperparameter> within_bounds(const TuneOptions& options,
                                                        const RunConfig& config) {
    if (!config.train.start.empty()) {
      throw Error(ErrorKind::usage, "what is tuned begins with new parameters, not with a model's",
                  {"", 0, "train.start"}, "leave it out");
    }
    auto tuned = tuned_hyperparameters(options.hyper, config, options.max_batch);
    narrow(tuned, options.bounds);
    return tuned;
  }

  TuningData data(const TuneOptions& options) const {
    TuningData data;
    data.train = &session_.train();
    data.validation = session_.validation();
    data.domains = session_.splits().train.groups;
    for (const PoolExample& example : session_.splits().train.pool) {
      data.domain_of.push_back(example.group);
    }
    if (session_.learner().config().train.lazy_adam) {
      log_info(
          "tuning's own trainings move every word at each step, as Adam does that is not lazy");
    }
    const bool episodic = session_.learner().method().traits().episodic;
    if (!validates(options)) return data;
    data.overlap = overlap_of(session_.splits());
    if (!data.overlap.empty()) {
      log_warning(cat(data.overlap.size(), " validation texts are among those trained on",
                      episodic ? ", and stay: the loss on them promises more than new texts keep"
                               : ", and are left out"));
    }
    return data;
  }

  std::vector<TunedHyperparameter> tuned_;
  TrainingSession session_;
  TuningProblem problem_;
};

/// Shows progress, and keeps nothing.
class Silent : public TuningRecord {
 public:
  explicit Silent(const TuneOptions& options) : progress_("tune", options.outer_steps) {}
  void evaluated(const TuningState& state, const Hypergradient& found) override {
    progress_.update(state.moves, cat("objective ", fixed(found.objective, 4)));
  }
  void diverged(const TuningState&, const std::string& what) override { log_warning(what); }
  void save(const TuningState&) override {}

 private:
  Progress progress_;
};

/// JSON has no infinity.
json number(double value) {
  return std::isfinite(value) ? json(value) : json();
}

json report_of(const RunConfig& config, const TuneOptions& options, const TuningProblem& problem,
               const TuningState& state, std::int64_t steps_of_training) {
  if (state.best() == nullptr) {
    throw Error(ErrorKind::numeric, "every inner training went off", {"", 0, "hyper"},
                "start with a smaller learning rate, or give --bounds");
  }
  const TuningPoint& start = state.path.front();
  const TuningPoint& best = *state.best();
  const bool comparable = start.inner_steps == best.inner_steps;
  json rows = json::array();
  for (std::size_t i = 0; i < problem.tuned().size(); ++i) {
    const Hyperparameter& of = problem.tuned()[i].of;
    const auto numbers = static_cast<std::int64_t>(problem.tuned()[i].numbers);
    const std::int64_t idle = state.without_influence.empty() ? 0 : state.without_influence[i];
    json row = {{"name", problem.tuned()[i].name()},
                {"start", start.values[i]},
                {"end", best.values[i]},
                {"ratio", best.values[i] / start.values[i]},
                {"influence", idle < numbers}};
    if (!problem.tuned()[i].per.empty()) {
      row["numbers"] = numbers;
      row["low"] = best.low[i];
      row["high"] = best.high[i];
      row["without_influence"] = idle;
    } else {
      if (of.whole) row["rounded"] = std::llround(best.values[i]);
      if (!of.field.empty()) row["option"] = of.field;
    }
    rows.push_back(std::move(row));
  }
  const std::filesystem::path folder = config.train.out;
  // In steps, a product counted as one; where steps are no measure, in time of the last, plain,
  // one.
  const double inner = solves(options) && state.plain_seconds > 0
                           ? state.seconds / state.plain_seconds
                           : state.steps / static_cast<double>(options.inner_steps);
  const double share = solves(options) ? 1
                                       : static_cast<double>(options.inner_steps) /
                                             static_cast<double>(steps_of_training);
  json document = {{"hyperparameters", rows},
                   {"objective",
                    {{"name", objective_name(options)},
                     {"start", comparable ? number(start.objective) : json()},
                     {"end", best.objective},
                     {"gain", comparable ? number(start.objective - best.objective) : json()}}},
                   {"search", options.search},
                   {"points", state.path.size()},
                   {"outer_steps", state.moves},
                   {"stopped", state.stopped},
                   {"diverged", state.divergences.size()},
                   {"unsolved", std::ranges::count(state.path, false, &TuningPoint::solved)},
                   {"cost",
                    {{"inner_trainings", inner},
                     {"training_runs", inner * share},
                     {"inner_steps", state.steps},
                     {"training_steps", steps_of_training}}},
                   {"seconds", std::round(state.seconds * 10) / 10},
                   {"tuned", (folder / "tuned.toml").string()},
                   {"picture", (folder / "paths.svg").string()}};
  if (options.check > 0) document["check"] = {{"start", *start.check}, {"end", *best.check}};
  return document;
}

/// Whether a state that was read has the sizes of the problem.
bool fits(const TuningProblem& problem, const TuningState& state) {
  const std::size_t numbers = numbers_of(problem.tuned());
  const std::size_t each = problem.tuned().size();
  const auto all = [&](const std::vector<double>& of) { return of.size() == numbers; };
  const auto none_or = [](std::size_t size, std::size_t wanted) {
    return size == 0 || size == wanted;
  };
  const auto steps_fit = [&](std::int64_t steps) {
    return steps >= 0 && steps <= std::max(problem.inner().steps, state.inner_steps);
  };
  if (!all(state.x) || !all(state.first) || !all(state.second) ||
      !none_or(state.good.size(), numbers) || !none_or(state.best_values.size(), numbers) ||
      !none_or(state.without_influence.size(), each) || state.inner_steps < 0 ||
      state.inner_steps > problem.inner().steps ||
      (state.best() != nullptr && state.best_values.empty()) ||
      (state.path.empty() && !state.stopped.empty())) {
    return false;
  }
  return std::ranges::all_of(state.path, [&](const TuningPoint& point) {
    return point.values.size() == each && point.low.size() == each && point.high.size() == each &&
           none_or(point.gradient.size(), each) && steps_fit(point.inner_steps);
  });
}

/// A tuning that has ended goes on where it is given more steps or a larger budget.
void reopen(const TuneOptions& options, TuningState& state) {
  const bool more = state.stopped == "steps" && state.moves < options.outer_steps;
  if (!more && state.stopped != "budget") return;
  state.stopped.clear();
  // The end has no gradient: along one it is evaluated anew.
  if (options.search != "gradient" || !state.path.back().gradient.empty()) return;
  state.steps -= state.path.back().cost;
  state.seconds -= state.plain_seconds;
  state.path.pop_back();
}

void improve(const TuningProblem& problem, const TuneOptions& options, Key key, TuningState& state,
             TuningRecord& record) {
  if (options.search == "gradient") {
    tune(problem, *estimator_of(options), options, state, record);
  } else {
    search(problem, options, key, state, record);
  }
}

void check_unused(const TrainOptions& options, const TuningFile& file) {
  if (options.resume || options.replace || !file.exists()) return;
  throw Error(ErrorKind::usage, "holds a tuning already", {options.out, 0, "out"},
              "use --resume to go on with it, --replace to start anew, or another --out");
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (!failed) return;
  throw Error(ErrorKind::io, cat("cannot make the directory: ", failed.message()),
              {folder.string(), 0, "out"}, "choose another --out");
}

}  // namespace

std::string toml_of(const RunConfig& config, const std::string& heading) {
  std::string text;
  for (const std::string_view line : split(heading, '\n')) text += cat("# ", line, "\n");
  RunConfig own = config;
  RunConfig defaults = make_config(config.task.name, config.encoder.name, config.method.name);
  const std::vector<ConfigSection> sections = sections_of(own);
  const std::vector<ConfigSection> plain = sections_of(defaults);
  for (std::size_t s = 0; s < sections.size(); ++s) {
    std::string lines;
    if (!sections[s].plugin.empty()) lines = cat("name = ", toml_text(sections[s].plugin), "\n");
    for (std::size_t f = 0; f < sections[s].fields.size(); ++f) {
      const Field& field = sections[s].fields[f];
      if (field_text(field) == field_text(plain[s].fields[f])) continue;
      lines += cat(field.name, " = ", toml_value(field), "\n");
    }
    if (!lines.empty()) text += cat("\n[", sections[s].name, "]\n", lines);
  }
  return text;
}

json tuning_report(const RunConfig& config, const TuneOptions& options, Workers& workers) {
  TuningFile file(config.train.out, config, options);
  check_unused(config.train, file);
  const Tuned of(config, options, workers);
  for (const std::string& name : unread_options(options)) {
    log_warning(cat("--", name, " is not read by --search ", options.search, " with --estimator ",
                    options.estimator, " and --objective ", options.objective));
  }
  make_folder(config.train.out);
  const bool resumed = config.train.resume && file.exists();
  const Key key = stream(config.train.seed, Stream::search);
  TuningState state = resumed ? file.load() : tuning_start(of.problem(), options, key);
  if (resumed && !fits(of.problem(), state)) {
    throw Error(ErrorKind::data, "the tuning that is here is of other data",
                {config.train.out, 0, "out"}, "start anew with --replace");
  }
  if (!resumed) std::filesystem::remove(std::filesystem::path(config.train.out) / "state.json");
  reopen(options, state);
  TuningWriter writer(config, options, of.problem(), file, resumed ? &state : nullptr);
  improve(of.problem(), options, key, state, writer);
  return report_of(config, options, of.problem(), state, of.steps_of_training());
}

TuningOutcome tuning_outcome(const RunConfig& config, const TuneOptions& options,
                             Workers& workers) {
  const Tuned of(config, options, workers);
  const Key key = stream(config.train.seed, Stream::search);
  TuningState state = tuning_start(of.problem(), options, key);
  Silent silent(options);
  improve(of.problem(), options, key, state, silent);
  if (state.best() == nullptr) {
    throw Error(ErrorKind::numeric, "every inner training went off", {"", 0, "hyper"});
  }
  TuningOutcome outcome{tuned_config(config, of.problem(), state), {}, state};
  for (const TunedHyperparameter& one : of.problem().tuned()) {
    outcome.names.push_back(one.name());
    if (!one.per.empty() || one.of.field.empty()) outcome.configured = false;
  }
  outcome.training_runs = state.steps / static_cast<double>(of.steps_of_training());
  return outcome;
}

double metric_at_best(const RunConfig& config, const TuneOptions& options, const TuningState& state,
                      const std::string& metric, Workers& workers) {
  const Tuned of(config, options, workers);
  if (!solves(options)) {
    return metric_after_training(config, of.problem(), state.best_values, metric, workers);
  }
  return metric_at_minimum(config, options, of.problem(), state.best_values, metric, workers);
}

double hypergradient_error(const RunConfig& config, const TuneOptions& options, Workers& workers) {
  const Tuned of(config, options, workers);
  const TuningProblem& problem = of.problem();
  const Hyper hyper = problem.hyper(problem.start());
  const auto gradient = [&](const EstimatorPtr& estimator) {
    return estimator->estimate(problem.inner(), problem.objective(), hyper).gradient;
  };
  // Under Adam a gradient near zero turns its step about within a thousandth of a change: the
  // differences are nearer than is best for a smooth function.
  constexpr double kShare = 3e-8;
  const Params check = gradient(central_differences(kShare));
  double largest = 0;
  for (const EstimatorPtr& exact : {reverse({.slots = options.slots}), forward()}) {
    const Params found = gradient(exact);
    for (const auto& [name, value] : check) {
      // Of a vector, in the largest of its numbers.
      const auto off = (found.at(name) - value).abs().max().item<double>();
      largest = std::max(largest, off / value.abs().max().item<double>());
    }
  }
  constexpr double kPercent = 100;
  return kPercent * largest;
}

}  // namespace inkling
