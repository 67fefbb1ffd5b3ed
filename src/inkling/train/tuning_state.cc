#include "inkling/train/tuning_state.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/strings.h"
#include "inkling/tensor/params_file.h"

namespace inkling {
namespace {

using nlohmann::json;

constexpr const char* kAnew = "start anew with --replace";
constexpr std::array<std::string_view, 2> kSolutions = {"minimum-0.safetensors",
                                                        "minimum-1.safetensors"};

/// Options that a tuning may go on with at other values: none of its steps would have been another.
bool may_differ(const std::string& section, const std::string& field, const std::string& search) {
  if (section == "eval") return true;
  if (section == "train") {
    return field == "resume" || field == "replace" || field == "threads" || field == "out" ||
           field == "steps" || field == "epochs" || field == "validate-every" ||
           field == "patience" || field == "checkpoint-every" || field == "on-nan";
  }
  if (section != kTuneSection) return false;
  // Those that spread a budget over points would have other points.
  const bool goes_on = search == "gradient" || search == "random";
  return (goes_on && (field == "outer-steps" || field == "budget")) || field == "divergences" ||
         field == "settle";
}

double judged_by(const TuningPoint& point) {
  return point.check.value_or(point.objective);
}

}  // namespace

void TuningState::add(TuningPoint point, std::vector<double> values) {
  path.push_back(std::move(point));
  if (best() == &path.back()) best_values = std::move(values);
}

const TuningPoint* TuningState::best() const {
  const TuningPoint* found = nullptr;
  for (const TuningPoint& point : path) {
    if (!std::isfinite(judged_by(point))) continue;
    if (found == nullptr || point.inner_steps > found->inner_steps ||
        (point.inner_steps == found->inner_steps && judged_by(point) < judged_by(*found))) {
      found = &point;
    }
  }
  return found;
}

TuningFile::TuningFile(std::filesystem::path folder, const RunConfig& config,
                       const TuneOptions& options)
    : folder_(std::move(folder)), file_(folder_ / "state.json"), config_(config_values(config)) {
  TuneOptions copy = options;
  config_[kTuneSection] = field_map(fields_of(copy));
}

bool TuningFile::exists() const {
  return std::filesystem::exists(file_);
}

void TuningFile::save(const TuningState& state) {
  json path = json::array();
  for (const TuningPoint& point : state.path) {
    // JSON has no infinity: null is one.
    const bool finite = std::isfinite(point.objective);
    path.push_back({{"values", point.values},
                    {"low", point.low},
                    {"high", point.high},
                    {"objective", finite ? json(point.objective) : json()},
                    {"gradient", point.gradient},
                    {"inner_steps", point.inner_steps},
                    {"cost", point.cost},
                    {"check", point.check ? json(*point.check) : json()},
                    {"solved", point.solved},
                    {"inner_gradient", point.inner_gradient},
                    {"residual", point.residual}});
  }
  std::string solution;
  if (!state.solution.empty()) {
    solution = kSolutions[solution_ == kSolutions[0] ? 1 : 0];
    save_params(state.solution, folder_ / solution);
  }
  const json document = {{"config", config_},
                         {"x", state.x},
                         {"first", state.first},
                         {"second", state.second},
                         {"moves", state.moves},
                         {"inner_steps", state.inner_steps},
                         {"rate", state.rate},
                         {"good", state.good},
                         {"good_objective", state.good_objective},
                         {"good_steps", state.good_steps},
                         {"divergences", state.divergences},
                         {"path", path},
                         {"best_values", state.best_values},
                         {"solution", solution},
                         {"steps", state.steps},
                         {"dearest", state.dearest},
                         {"seconds", state.seconds},
                         {"plain_seconds", state.plain_seconds},
                         {"stopped", state.stopped},
                         {"without_influence", state.without_influence}};
  write_file(file_, document.dump() + "\n");
  solution_ = solution;
}

TuningState TuningFile::load() {
  TuningState state;
  ConfigValues before;
  try {
    const json document = json::parse(read_file(file_, 1ULL << 30));
    before = document.at("config").get<ConfigValues>();
    document.at("x").get_to(state.x);
    document.at("first").get_to(state.first);
    document.at("second").get_to(state.second);
    document.at("moves").get_to(state.moves);
    document.at("inner_steps").get_to(state.inner_steps);
    document.at("rate").get_to(state.rate);
    document.at("good").get_to(state.good);
    document.at("good_objective").get_to(state.good_objective);
    document.at("good_steps").get_to(state.good_steps);
    document.at("divergences").get_to(state.divergences);
    for (const json& point : document.at("path")) {
      const json& check = point.at("check");
      const json& objective = point.at("objective");
      state.path.push_back(
          {.values = point.at("values").get<std::vector<double>>(),
           .low = point.at("low").get<std::vector<double>>(),
           .high = point.at("high").get<std::vector<double>>(),
           .objective = objective.is_null() ? std::numeric_limits<double>::infinity()
                                            : objective.get<double>(),
           .check = check.is_null() ? std::nullopt : std::optional(check.get<double>()),
           .gradient = point.at("gradient").get<std::vector<double>>(),
           .inner_steps = point.at("inner_steps").get<std::int64_t>(),
           .cost = point.at("cost").get<double>(),
           .solved = point.at("solved").get<bool>(),
           .inner_gradient = point.at("inner_gradient").get<double>(),
           .residual = point.at("residual").get<double>()});
    }
    document.at("best_values").get_to(state.best_values);
    solution_ = document.at("solution").get<std::string>();
    if (std::ranges::find(kSolutions, solution_) != kSolutions.end()) {
      state.solution = load_params(folder_ / solution_);
    }
    document.at("steps").get_to(state.steps);
    document.at("dearest").get_to(state.dearest);
    document.at("seconds").get_to(state.seconds);
    document.at("plain_seconds").get_to(state.plain_seconds);
    document.at("stopped").get_to(state.stopped);
    document.at("without_influence").get_to(state.without_influence);
  } catch (const json::exception&) {
    throw Error(ErrorKind::data, "is no state of a tuning", {file_.string()}, kAnew);
  }
  const std::string& search = config_.at(kTuneSection).at("search");
  for (const auto& [section, fields] : config_) {
    for (const auto& [field, text] : fields) {
      const std::string& was = before[section][field];
      if (was == text || may_differ(section, field, search)) continue;
      throw Error(ErrorKind::usage,
                  cat("was tuned with ", field, " = '", was, "', not '", text, "'"),
                  {file_.string(), 0, field}, cat("resume with the same options, or ", kAnew));
    }
  }
  return state;
}

}  // namespace inkling
