#include "inkling/metrics/goal.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

using nlohmann::json;

[[noreturn]] void fail(const std::string& what, const std::string& field) {
  throw Error(ErrorKind::data, what, {.field = field},
              "give the document that `inkling run --json` prints");
}

std::string text_at(const json& object, const char* key) {
  if (!object.is_object()) fail("is not an object", key);
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) fail("is not a text", key);
  return found->get<std::string>();
}

/// NaN where it is null.
double number_at(const json& object, const char* key, std::optional<double> otherwise = {}) {
  if (!object.is_object()) fail("is not an object", key);
  const auto found = object.find(key);
  if (found == object.end() && otherwise) return *otherwise;
  if (found == object.end() || !(found->is_number() || found->is_null()))
    fail("is not a number", key);
  return found->is_null() ? std::nan("") : found->get<double>();
}

struct Measured {
  double value;
  double interval;
};

std::optional<Measured> compared_with(const std::string& versus, const json& results,
                                      std::size_t row) {
  const json& own = results[row];
  if (own.contains("baselines") && own["baselines"].contains(versus))
    return Measured{number_at(own["baselines"], versus.c_str()), 0};
  for (const json& other : results)
    if (&other != &own && text_at(other, "setting") == versus &&
        text_at(other, "metric") == text_at(own, "metric"))
      return Measured{number_at(other, "value"), number_at(other, "ci95", 0)};
  return {};
}

bool is_comparison(const std::string& op) {
  return op == "beats" || op == "not worse";
}

std::string op_of(const json& goal) {
  const std::string op = text_at(goal, "op");
  if (op != ">=" && op != "<=" && !is_comparison(op)) fail(cat("'", op, "' is not known"), "op");
  return op;
}

bool beyond_interval(const json& goal) {
  if (!goal.contains("beyond_interval")) return false;
  if (!goal["beyond_interval"].is_boolean()) fail("is not true or false", "beyond_interval");
  return goal["beyond_interval"].get<bool>();
}

}  // namespace

bool lower_is_better(std::string_view metric) {
  constexpr std::array<std::string_view, 11> kLosses = {
      "mse", "mae", "rmse", "nll", "ece", "loss", "error", "errors", "seconds", "ms", "perplexity"};
  std::string spaced(metric);
  std::replace_if(spaced.begin(), spaced.end(), [](char c) { return c == '_' || c == '-'; }, ' ');
  for (const std::string_view word : split(spaced, ' '))
    if (std::find(kLosses.begin(), kLosses.end(), word) != kLosses.end()) return true;
  return false;
}

std::optional<bool> goal_met(const json& goal, const json& results, std::size_t row) {
  if (!results.is_array() || row >= results.size()) fail("has no such row", "results");
  const std::string op = op_of(goal);
  const double value = number_at(results[row], "value");
  if (op == ">=") return value >= number_at(goal, "value");
  if (op == "<=") return value <= number_at(goal, "value");

  const auto other = compared_with(text_at(goal, "versus"), results, row);
  if (!other) return {};
  const bool lower = lower_is_better(text_at(results[row], "metric"));
  const double gain = lower ? other->value - value : value - other->value;
  const double margin = number_at(goal, "margin", 0);
  const double interval =
      beyond_interval(goal) ? std::hypot(number_at(results[row], "ci95", 0), other->interval) : 0;
  if (op == "beats") return gain > 0 && gain >= margin && gain > interval;
  return gain >= -std::max(margin, interval);
}

std::string goal_text(const json& goal) {
  const std::string op = op_of(goal);
  if (!is_comparison(op)) return cat(op == ">=" ? "≥ " : "≤ ", shortest(number_at(goal, "value")));
  const double margin = number_at(goal, "margin", 0);
  std::string text = cat(op, op == "beats" ? " " : " than ", text_at(goal, "versus"));
  if (margin != 0) text += cat(op == "beats" ? " by " : " by more than ", shortest(margin));
  if (beyond_interval(goal)) text += " beyond the interval";
  return text;
}

}  // namespace inkling
