#include "inkling/train/tuning_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <set>
#include <unordered_set>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/bilevel/differences/differences.h"
#include "inkling/bilevel/forward/forward.h"
#include "inkling/bilevel/reverse/reverse.h"
#include "inkling/metrics/chart.h"
#include "inkling/metrics/training_log.h"
#include "inkling/train/model_folder.h"
#include "inkling/train/session.h"
#include "inkling/train/tuning.h"

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

/// A number with the digits that tell.
std::string shown(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
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

/// Standalone pictures below each other.
std::string stacked(const std::vector<std::string>& charts) {
  constexpr int kWidth = 720;
  constexpr int kHeight = 400;
  const std::size_t height = kHeight * charts.size();
  std::string all = cat("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", kWidth, " ",
                        height, "\" width=\"", kWidth, "\" height=\"", height, "\">\n");
  for (std::size_t i = 0; i < charts.size(); ++i) {
    all += cat("<svg y=\"", i * kHeight, "\"", charts[i].substr(std::string("<svg").size()));
  }
  return all + "</svg>\n";
}

/// A training made a tuning problem.
class Tuned {
 public:
  Tuned(const RunConfig& config, const TuneOptions& options, Workers& workers)
      : tuned_(tuned_hyperparameters(options.hyper, config, options.max_batch)),
        session_(config, workers),
        problem_(session_.learner(), data(options), tuned_, options) {}

  const TrainingSession& session() const { return session_; }
  const TuningProblem& problem() const { return problem_; }

 private:
  TuningData data(const TuneOptions& options) const {
    TuningData data;
    data.train = &session_.train();
    data.validation = session_.validation();
    const bool episodic = session_.learner().method().traits().episodic;
    if (episodic || options.objective != "validation-loss") return data;
    data.overlap = overlap_of(session_.splits());
    if (!data.overlap.empty()) {
      log_warning(cat(data.overlap.size(),
                      " validation texts are among those trained on, and are left out"));
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

/// Letters of a remark that tell it from another.
constexpr std::size_t kTelling = 16;

class Writer : public TuningRecord {
 public:
  Writer(const RunConfig& config, const TuneOptions& options, const TuningProblem& problem,
         const TuningFile& file, std::int64_t points_before, bool resumed)
      : config_(config),
        options_(options),
        problem_(problem),
        file_(file),
        folder_(config.train.out),
        log_(folder_ / "metrics.jsonl",
             resumed ? std::optional<std::int64_t>(points_before) : std::nullopt),
        progress_("tune", options.outer_steps) {}

  void evaluated(const TuningState& state, const Hypergradient& found) override {
    const TuningPoint& point = state.path.back();
    for (const std::string& remark : found.trust.remarks) {
      // Its numbers may differ from step to step; what it says is said once.
      if (said_.insert(remark.substr(0, kTelling)).second) log_info(remark);
    }
    nlohmann::ordered_json line = {{"objective", point.objective}};
    std::string note = cat("objective ", fixed(point.objective, 4));
    for (std::size_t i = 0; i < point.values.size(); ++i) {
      const std::string& name = problem_.tuned()[i].of.name;
      line[name] = point.values[i];
      if (!point.gradient.empty()) line[cat("gradient_", name)] = point.gradient[i];
      note += cat(" ", name, " ", shown(point.values[i]));
    }
    line["inner_steps"] = state.steps;
    log_.append(std::ssize(state.path), line);
    progress_.update(state.moves, note);
  }

  void diverged(const TuningState& state, const std::string& what) override {
    log_warning(what);
    log_.append(std::ssize(state.path), {{"diverged", what}});
  }

  void save(const TuningState& state) override {
    if (state.best() != nullptr) write_results(state);
    log_.sync();
    file_.save(state);
  }

 private:
  void write_results(const TuningState& state) const {
    RunConfig tuned = config_;
    tuned.train.out.clear();
    tuned.train.resume = tuned.train.replace = false;
    std::string heading =
        cat("Tuned by inkling: ", options_.objective, " ", shown(state.path.front().objective),
            " -> ", shown(state.best()->objective), " over ", options_.inner_steps, " steps.");
    for (std::size_t i = 0; i < problem_.tuned().size(); ++i) {
      const Hyperparameter& of = problem_.tuned()[i].of;
      const double value = state.best()->values[i];
      heading += cat("\n", of.name, " = ", shortest(value));
      if (of.field.empty()) heading += ": no option of inkling train";
      if (of.name == "learning_rate") tuned.train.learning_rate = value;
      if (of.name == "batch_size") tuned.train.batch = std::llround(value);
      if (of.name == "meta_batch") tuned.train.meta_batch = std::llround(value);
      if (of.name == "weight_decay") tuned.train.weight_decay = value;
      if (of.section == "method") {
        for (const Field& field : tuned.method.options.fields()) {
          if (field.name == of.field) **std::get_if<double*>(&field.value) = value;
        }
      }
    }
    if (options_.inner_optimiser != "adam") {
      heading += cat("\nTuned for ", options_.inner_optimiser, "; inkling train takes adam.");
    }
    write_file(folder_ / "tuned.toml", toml_of(tuned, heading));
    write_file(folder_ / "paths.svg", picture(state));
  }

  std::string picture(const TuningState& state) const {
    std::vector<double> at;
    ChartSeries objective{options_.objective, {}, {}};
    for (std::size_t k = 0; k < state.path.size(); ++k) {
      at.push_back(static_cast<double>(k));
      objective.y.push_back(state.path[k].objective);
    }
    objective.x = at;
    std::vector<std::string> charts = {
        svg_line_chart("Objective", "outer step", options_.objective, std::span(&objective, 1))};
    for (std::size_t i = 0; i < problem_.tuned().size(); ++i) {
      const std::string& name = problem_.tuned()[i].of.name;
      const double start = state.path.front().values[i];
      ChartSeries path{name, at, {}};
      for (const TuningPoint& point : state.path) path.y.push_back(point.values[i] / start);
      charts.push_back(svg_line_chart(name, "outer step", cat("times its start, ", shown(start)),
                                      std::span(&path, 1)));
    }
    return stacked(charts);
  }

  const RunConfig& config_;
  const TuneOptions& options_;
  const TuningProblem& problem_;
  const TuningFile& file_;
  std::filesystem::path folder_;
  TrainingLog log_;
  Progress progress_;
  std::set<std::string> said_;
};

json report_of(const RunConfig& config, const TuneOptions& options, const TuningProblem& problem,
               const TuningState& state, std::int64_t steps_of_training) {
  const TuningPoint& start = state.path.front();
  const TuningPoint& best = *state.best();
  json rows = json::array();
  for (std::size_t i = 0; i < problem.tuned().size(); ++i) {
    const Hyperparameter& of = problem.tuned()[i].of;
    const auto numbers = static_cast<std::int64_t>(problem.tuned()[i].numbers);
    const std::int64_t idle = state.without_influence.empty() ? 0 : state.without_influence[i];
    json row = {{"name", of.name},
                {"start", start.values[i]},
                {"end", best.values[i]},
                {"ratio", best.values[i] / start.values[i]},
                {"influence", idle < numbers}};
    if (of.whole) row["rounded"] = std::llround(best.values[i]);
    if (!of.field.empty()) row["option"] = of.field;
    rows.push_back(std::move(row));
  }
  const std::filesystem::path folder = config.train.out;
  // In time of the last, plain, inner training; where tuning ended early, in steps.
  const double inner = state.plain_seconds > 0
                           ? state.seconds / state.plain_seconds
                           : state.steps / static_cast<double>(options.inner_steps);
  const double share = static_cast<double>(options.inner_steps) /
                       static_cast<double>(std::max<std::int64_t>(1, steps_of_training));
  return {{"hyperparameters", rows},
          {"objective",
           {{"name", options.objective},
            {"start", start.objective},
            {"end", best.objective},
            {"gain", start.objective - best.objective}}},
          {"outer_steps", state.moves},
          {"stopped", state.stopped},
          {"diverged", state.divergences},
          {"cost",
           {{"inner_trainings", inner},
            {"training_runs", inner * share},
            {"training_steps", steps_of_training}}},
          {"seconds", std::round(state.seconds * 10) / 10},
          {"tuned", (folder / "tuned.toml").string()},
          {"picture", (folder / "paths.svg").string()}};
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
  const TuningFile file(config.train.out, config, options);
  check_unused(config.train, file);
  const Tuned of(config, options, workers);
  make_folder(config.train.out);
  const bool resumed = config.train.resume && file.exists();
  TuningState state = resumed ? file.load() : tuning_start(of.problem(), options);
  if (state.stopped == "steps" && state.moves < options.outer_steps) {
    // The end of fewer steps has no gradient: it is evaluated anew.
    state.path.pop_back();
    state.stopped.clear();
  }
  Writer writer(config, options, of.problem(), file, std::ssize(state.path), resumed);
  tune(of.problem(), *estimator_of(options), options, state, writer);
  const TrainingSession& session = of.session();
  return report_of(config, options, of.problem(), state,
                   outer_steps(session.learner(), session.train()));
}

double tuning_metric(const RunConfig& config, const TuneOptions& options, const std::string& metric,
                     Workers& workers) {
  const Tuned of(config, options, workers);
  const TuningProblem& problem = of.problem();
  constexpr double kPercent = 100;
  if (metric == "objective_fall") {
    TuningState state = tuning_start(problem, options);
    Silent silent(options);
    tune(problem, *estimator_of(options), options, state, silent);
    return kPercent * (1 - state.best()->objective / state.path.front().objective);
  }
  if (metric == "hypergradient_error") {
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
        const auto expected = value.item<double>();
        const double off = std::abs(found.at(name).item<double>() - expected);
        largest = std::max(largest, off / std::abs(expected));
      }
    }
    return kPercent * largest;
  }
  throw Error(ErrorKind::usage, cat("tuning does not measure '", metric, "'"), {"", 0, "metric"},
              "it measures 'objective fall' and 'hypergradient error'");
}

}  // namespace inkling
