#include "inkling/train/tuning_writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include "inkling/api/tune_rules.h"
#include "inkling/base/file.h"
#include "inkling/base/strings.h"
#include "inkling/metrics/chart.h"
#include "inkling/train/tuning_report.h"
#include "inkling/train/tuning_search.h"
#include "inkling/train/tuning_vectors.h"

namespace inkling {
namespace {

/// Letters of a remark that tell it from another.
constexpr std::size_t kTelling = 16;

constexpr const char* kVectorsFile = "hyper.tsv";

/// A number with the digits that tell.
std::string shown(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
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

std::int64_t points_of(const TuneOptions& options, const TuningProblem& problem) {
  if (options.search == "gradient") return options.outer_steps;
  return candidates(options, problem.tuned().size()) - 1;
}

std::optional<std::int64_t> points_of(const TuningState* state) {
  if (state == nullptr) return {};
  return std::ssize(state->path);
}

/// A point has a line, and so has an inner training that went off.
std::optional<std::int64_t> lines_of(const TuningState* state) {
  if (state == nullptr) return {};
  return std::ssize(state->path) + std::ssize(state->divergences);
}

/// Whether values lie so far apart that their logarithms tell more.
bool spans_powers(const std::vector<double>& values) {
  constexpr double kSpan = 10;
  const auto [low, high] = std::ranges::minmax(values);
  return low > 0 && high > kSpan * low;
}

}  // namespace

std::string objective_name(const TuneOptions& options) {
  return options.objective == "validation-accuracy" ? "1 - validation-accuracy" : options.objective;
}

RunConfig tuned_config(const RunConfig& config, const TuningProblem& problem,
                       const TuningState& state) {
  // A copy would have its plugins' options in common with `config`.
  RunConfig tuned = config_from_values(config_values(config));
  for (std::size_t i = 0; i < problem.tuned().size(); ++i) {
    const TunedHyperparameter& one = problem.tuned()[i];
    if (!one.per.empty()) continue;
    const std::optional<Field> option = option_of(one.of, tuned);
    if (!option) continue;
    const double value = state.best()->values[i];
    set_field(*option, one.of.whole ? std::to_string(std::llround(value)) : shortest(value));
  }
  return tuned;
}

TuningWriter::TuningWriter(const RunConfig& config, const TuneOptions& options,
                           const TuningProblem& problem, TuningFile& file,
                           const TuningState* resumed)
    : config_(config),
      options_(options),
      problem_(problem),
      file_(file),
      folder_(config.train.out),
      log_(folder_ / "metrics.jsonl", points_of(resumed), lines_of(resumed)),
      events_(folder_ / kEventFile, points_of(resumed)),
      progress_("tune", points_of(options, problem)) {}

void TuningWriter::evaluated(const TuningState& state, const Hypergradient& found) {
  const TuningPoint& point = state.path.back();
  for (const std::string& remark : found.trust.remarks) {
    // Its numbers may differ from step to step; what it says is said once.
    if (said_.insert(remark.substr(0, kTelling)).second) log_info(remark);
  }
  nlohmann::ordered_json line = {{"objective", point.objective}};
  std::string note = cat("objective ", fixed(point.objective, 4));
  for (std::size_t i = 0; i < point.values.size(); ++i) {
    const std::string name = problem_.tuned()[i].name();
    line[name] = point.values[i];
    if (problem_.tuned()[i].numbers > 1) {
      line[cat(name, "_low")] = point.low[i];
      line[cat(name, "_high")] = point.high[i];
    }
    if (!point.gradient.empty()) line[cat("gradient_", name)] = point.gradient[i];
    note += cat(" ", name, " ", shown(point.values[i]));
  }
  if (point.check) {
    line["check"] = *point.check;
    note += cat(" check ", fixed(*point.check, 4));
  }
  if (solves(options_)) {
    line["inner_gradient"] = point.inner_gradient;
    line["residual"] = point.residual;
  }
  if (!solves(options_) && point.inner_steps != options_.inner_steps)
    line["of_steps"] = point.inner_steps;
  line["inner_steps"] = state.steps;
  log_.append(std::ssize(state.path), line);
  events_.append(std::ssize(state.path), scalars_of(line));
  progress_.update(state.moves, note);
}

void TuningWriter::diverged(const TuningState& state, const std::string& what) {
  log_warning(what);
  log_.append(std::ssize(state.path), {{"diverged", what}});
}

void TuningWriter::save(const TuningState& state) {
  if (state.best() != nullptr) write_results(state);
  log_.sync();
  events_.sync();
  file_.save(state);
}

void TuningWriter::write_results(const TuningState& state) const {
  RunConfig tuned = tuned_config(config_, problem_, state);
  tuned.train.out.clear();
  tuned.train.resume = tuned.train.replace = false;
  const TuningPoint& start = state.path.front();
  const TuningPoint& best = *state.best();
  const std::string from =
      start.inner_steps == best.inner_steps ? cat(shown(start.objective), " -> ") : "";
  std::string heading =
      cat("Tuned by inkling: ", objective_name(options_), " ", from, shown(best.objective),
          solves(options_) ? "" : cat(" over ", best.inner_steps, " steps"), ".");
  bool vectors = false;
  for (std::size_t i = 0; i < problem_.tuned().size(); ++i) {
    const TunedHyperparameter& one = problem_.tuned()[i];
    const Hyperparameter& of = one.of;
    if (!one.per.empty()) {
      vectors = true;
      heading += cat("\n", one.name(), ": ", one.numbers, " numbers, ", shown(best.low[i]), " to ",
                     shown(best.high[i]), ", in ", kVectorsFile, "; no option of inkling train");
      continue;
    }
    heading += cat("\n", of.name, " = ", shortest(state.best()->values[i]));
    if (of.field.empty()) heading += ": no option of inkling train";
  }
  if (options_.inner_optimiser != "adam") {
    heading += cat("\nTuned for ", options_.inner_optimiser, "; inkling train takes adam.");
  }
  write_file(folder_ / "tuned.toml", toml_of(tuned, heading));
  write_file(folder_ / "paths.svg", picture(state));
  if (vectors) {
    write_file(folder_ / kVectorsFile,
               vectors_table(problem_.tuned(), problem_.extent(), state.best_values));
  }
}

std::string TuningWriter::picture(const TuningState& state) const {
  const bool along = options_.search == "gradient";
  const std::string across = along ? "outer step" : "point";
  std::vector<double> at;
  ChartSeries objective{objective_name(options_), {}, {}};
  for (std::size_t k = 0; k < state.path.size(); ++k) {
    at.push_back(static_cast<double>(k));
    objective.y.push_back(state.path[k].objective);
  }
  objective.x = at;
  std::vector<ChartSeries> of_points = {objective};
  if (options_.check > 0) {
    of_points.push_back({"check", at, {}});
    for (const TuningPoint& point : state.path) of_points.back().y.push_back(*point.check);
  }
  std::vector<std::string> charts = {
      svg_line_chart("Objective", across, objective_name(options_), of_points)};
  for (std::size_t i = 0; i < problem_.tuned().size(); ++i) {
    const TunedHyperparameter& one = problem_.tuned()[i];
    const auto path = [&](const std::string& name, std::vector<double> TuningPoint::* of) {
      ChartSeries series{name, at, {}};
      for (const TuningPoint& point : state.path) series.y.push_back((point.*of)[i]);
      return series;
    };
    std::vector<ChartSeries> paths = {path(one.name(), &TuningPoint::values)};
    if (!one.per.empty()) {
      paths = {path("largest", &TuningPoint::high), path("median", &TuningPoint::values),
               path("smallest", &TuningPoint::low)};
    }
    std::vector<double> all;
    for (const ChartSeries& series : paths) all.insert(all.end(), series.y.begin(), series.y.end());
    std::string label = one.name();
    if (spans_powers(all)) {
      label = cat("log10 of ", label);
      for (ChartSeries& series : paths) {
        for (double& value : series.y) value = std::log10(value);
      }
    }
    charts.push_back(svg_line_chart(one.name(), across, label, paths));
  }
  return stacked(charts);
}

}  // namespace inkling
