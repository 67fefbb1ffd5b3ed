#include "report.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <string>
#include <vector>

#include "inkling/base/strings.h"
#include "table.h"

namespace inkling::cli {
namespace {

using nlohmann::json;

std::string number(const json& value, int digits) {
  if (!value.is_number()) return "";
  if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
  return fixed(value.get<double>(), digits);
}

std::string text(const json& value) {
  return value.is_string() ? value.get<std::string>() : number(value, 4);
}

/// A member, or null.
const json& at(const json& object, const char* name) {
  static const json none;
  if (!object.is_object()) return none;
  const auto found = object.find(name);
  return found == object.end() ? none : *found;
}

/// Percentages have one digit, small numbers (a squared error), of which less is better, four.
int digits_of(const std::string& metric) {
  const bool of_space = metric.find("alignment") != std::string::npos || metric == "uniformity";
  return metric == "mse" || metric == "loss" || of_space ? 4 : 1;
}

/// "74.9 ± 0.6"; a plain number is as good as {"value"}.
std::string estimate(const json& value, int digits) {
  if (value.is_number()) return fixed(value.get<double>(), digits);
  if (!at(value, "value").is_number()) return "";
  std::string shown = fixed(at(value, "value").get<double>(), digits);
  if (at(value, "ci95").is_number()) {
    shown += cat(" ± ", fixed(at(value, "ci95").get<double>(), digits));
  }
  return shown;
}

double value_of(const json& value) {
  if (value.is_number()) return value.get<double>();
  return at(value, "value").is_number() ? at(value, "value").get<double>()
                                        : std::numeric_limits<double>::quiet_NaN();
}

std::string spaced(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::vector<std::string> metric_names(const json& metrics) {
  std::vector<std::string> names;
  for (const char* first : {"accuracy", "balanced_accuracy", "macro_f1", "f1", "mse"}) {
    if (metrics.contains(first)) names.emplace_back(first);
  }
  for (const auto& [name, value] : metrics.items()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

/// A text in one line of a table.
std::string shortened(const std::string& whole) {
  constexpr std::size_t kCharacters = 100;
  std::string line;
  std::size_t characters = 0;
  for (const char c : whole) {
    // A byte that continues a character of UTF-8 is none of its own.
    const bool begins = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    if (begins && ++characters > kCharacters) return line + " ...";
    line += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  }
  return line;
}

void print_scores(const json& result, Output& out) {
  const json& metrics = at(result, "metrics");
  if (!metrics.is_object()) return;
  const std::vector<std::string> names = metric_names(metrics);
  std::vector<std::string> header = {""};
  for (const std::string& name : names) header.push_back(cat(">", spaced(name)));
  Table table(header);
  const auto add = [&](const std::string& who, const json& of) {
    std::vector<std::string> cells = {who};
    for (const std::string& name : names) {
      cells.push_back(estimate(at(of, name.c_str()), digits_of(name)));
    }
    table.row(cells);
  };
  add(at(result, "method").is_string() ? text(at(result, "method")) : "model", metrics);
  for (const auto& [name, baseline] : at(result, "baselines").items()) add(name, baseline);
  table.print(out);
}

/// Says so where something simpler does better.
void print_beaten(const json& result, Output& out) {
  const json& metrics = at(result, "metrics");
  if (!metrics.is_object() || metrics.empty()) return;
  const std::string metric =
      metrics.contains("balanced_accuracy") ? "balanced_accuracy" : metric_names(metrics).front();
  const double own = value_of(metrics[metric]);
  const bool less_is_better = digits_of(metric) == 4;
  for (const auto& [name, baseline] : at(result, "baselines").items()) {
    const double other = value_of(at(baseline, metric.c_str()));
    if (less_is_better ? other < own : other > own) {
      out << "The baseline " << name << " beats the model in " << spaced(metric) << ": "
          << fixed(other, digits_of(metric)) << " to " << fixed(own, digits_of(metric)) << ".\n";
    }
  }
}

/// The scores of each of `field`, which are called `what`.
void print_classes(const json& result, const char* field, const char* what, Output& out) {
  Table table({what, ">precision", ">recall", ">f1", ">support"});
  for (const auto& one : at(result, field)) {
    table.row({text(at(one, "label")), number(at(one, "precision"), 1),
               number(at(one, "recall"), 1), number(at(one, "f1"), 1),
               number(at(one, "support"), 0)});
  }
  if (table.empty()) return;
  out << "\n";
  table.print(out);
}

std::string label_of(const json& result, std::size_t i) {
  const json& labels = at(result, "labels");
  if (labels.is_array() && i < labels.size()) return text(labels[i]);
  const json& classes = at(result, "classes");
  if (classes.is_array() && i < classes.size()) return text(at(classes[i], "label"));
  return std::to_string(i);
}

void print_confusion(const json& result, Output& out) {
  const json& confusion = at(result, "confusion");
  constexpr std::size_t kWidest = 12;
  if (!confusion.is_array() || confusion.empty()) return;
  if (confusion.size() > kWidest) {
    out << cat("\nconfusion matrix: ", confusion.size(), " classes; --json shows it\n");
    return;
  }
  std::vector<std::string> header = {"truth \\ answer"};
  for (std::size_t i = 0; i < confusion[0].size(); ++i)
    header.push_back(cat(">", label_of(result, i)));
  Table table(header);
  for (std::size_t i = 0; i < confusion.size(); ++i) {
    std::vector<std::string> cells = {label_of(result, i)};
    for (const auto& count : confusion[i]) cells.push_back(number(count, 1));
    table.row(cells);
  }
  out << "\n";
  table.print(out);
}

void print_curve(const json& result, Output& out) {
  const json& curve = at(result, "curve");
  if (!curve.is_array() || curve.empty()) return;
  std::vector<std::string> metrics;
  for (const auto& [name, value] : curve[0].items()) {
    if (name != "step" && name != "ci95") metrics.push_back(name);
  }
  std::vector<std::string> header = {">step"};
  for (const std::string& name : metrics) header.push_back(cat(">", spaced(name)));
  Table table(header);
  for (const auto& point : curve) {
    std::vector<std::string> cells = {number(at(point, "step"), 0)};
    for (const std::string& name : metrics) {
      json value = at(point, name.c_str());
      if (value.is_number()) value = {{"value", value}, {"ci95", at(point, "ci95")}};
      cells.push_back(estimate(value, digits_of(name)));
    }
    table.row(cells);
  }
  out << "\nadaptation\n";
  table.print(out);
}

std::string goal_text(const json& goal, int digits) {
  if (!goal.is_object()) return "";
  const std::string op = text(at(goal, "op"));
  if (op == ">=" || op == "<=") return cat(op, " ", shortest(value_of(goal)));
  std::string shown = cat(op, " ", text(at(goal, "versus")));
  if (at(goal, "margin").is_number() && at(goal, "margin").get<double>() != 0) {
    shown +=
        cat(op == "beats" ? " by " : " within ", fixed(at(goal, "margin").get<double>(), digits));
  }
  if (at(goal, "beyond_interval") == json(true)) shown += ", beyond the interval";
  return shown;
}

std::string pass_text(const json& pass) {
  if (pass.is_boolean()) return pass.get<bool>() ? "yes" : "no";
  return text(pass);
}

std::string baselines_text(const json& row, int digits) {
  std::string shown;
  for (const auto& [name, value] : at(row, "baselines").items()) {
    shown += cat(shown.empty() ? "" : ", ", name, " ", estimate(value, digits));
  }
  return shown;
}

}  // namespace

void print_training(const json& result, Output& out) {
  out << text(at(result, "model")) << ": " << text(at(result, "steps")) << " steps in "
      << number(at(result, "seconds"), 1) << " s";
  if (at(result, "best_step").is_number()) out << ", best at " << text(at(result, "best_step"));
  if (at(result, "skipped").is_number()) {
    out << ", " << text(at(result, "skipped")) << " left out: not finite";
  }
  const std::string stopped = text(at(result, "stopped"));
  if (stopped == "patience") out << ", stopped early: validation got no better";
  out << "\n";
  const json& validation = at(result, "validation");
  if (at(validation, "metrics").is_object()) {
    out << "\nvalidation\n";
    print_scores(validation, out);
  }
}

void print_tuning(const json& result, Output& out) {
  Table table({"", ">start", ">end", ">end / start", "written as"});
  const auto shown = [](const json& value) -> std::string {
    if (value.is_null()) return "-";
    std::ostringstream text;
    text << std::setprecision(4) << value.get<double>();
    return text.str();
  };
  for (const auto& row : at(result, "hyperparameters")) {
    std::string option = text(at(row, "option"));
    if (!option.empty()) {
      option += cat(
          " = ", at(row, "rounded").is_null() ? shown(at(row, "end")) : text(at(row, "rounded")));
    }
    std::string end = shown(at(row, "end"));
    if (!at(row, "numbers").is_null()) {
      option = cat(text(at(row, "numbers")), " numbers");
      if (at(row, "without_influence") != json(0)) {
        option += cat(", ", text(at(row, "without_influence")), " without influence");
      }
      end += cat(" (", shown(at(row, "low")), " to ", shown(at(row, "high")), ")");
    }
    if (at(row, "influence") == json(false)) option = "no influence on the objective";
    table.row(
        {text(at(row, "name")), shown(at(row, "start")), end, shown(at(row, "ratio")), option});
  }
  const json& objective = at(result, "objective");
  table.row({text(at(objective, "name")), shown(at(objective, "start")),
             shown(at(objective, "end")),
             at(objective, "start").is_null()
                 ? ""
                 : shown(value_of(at(objective, "end")) / value_of(at(objective, "start"))),
             ""});
  const json& check = at(result, "check");
  if (!check.is_null()) {
    table.row({"check", shown(at(check, "start")), shown(at(check, "end")),
               shown(value_of(at(check, "end")) / value_of(at(check, "start"))), ""});
  }
  table.print(out);
  const json& cost = at(result, "cost");
  const std::string how = text(at(result, "search"));
  out << "\n";
  if (!at(objective, "gain").is_null()) out << "gain " << shown(at(objective, "gain")) << " in ";
  if (how == "gradient") {
    out << text(at(result, "outer_steps")) << " outer steps";
  } else {
    out << text(at(result, "points")) << " points of " << how << " search";
  }
  const std::string stopped = text(at(result, "stopped"));
  if (stopped == "settled") {
    out << ", ended early: no mean gradient of the last steps stands two standard errors from zero";
  }
  if (stopped == "check") out << ", ended early: the check has not fallen for five";
  if (stopped == "small steps") out << ", ended early: the steps have become small";
  if (stopped == "budget" && how == "gradient") out << ", ended by the budget";
  if (stopped == "no influence") out << ", ended: none has an influence on the objective";
  if (at(result, "diverged") != json(0)) {
    out << ", " << text(at(result, "diverged")) << " inner trainings that went off";
  }
  if (at(result, "unsolved").is_number() && at(result, "unsolved") != json(0)) {
    out << "\n"
        << text(at(result, "unsolved"))
        << " inner problems were not solved: their gradients, in metrics.jsonl, are no zeros, and "
           "the hypergradients no more than near";
  }
  out << "\ncost " << number(at(cost, "inner_trainings"), 1)
      << " inner trainings = " << number(at(cost, "training_runs"), 1) << " training runs of "
      << text(at(cost, "training_steps")) << " steps, " << number(at(result, "seconds"), 1)
      << " s\n"
      << text(at(result, "tuned"))
      << " is ready for inkling train --config; the paths are drawn in "
      << text(at(result, "picture")) << "\n";
}

void print_evaluation(const json& result, Output& out) {
  std::string line;
  for (const char* name :
       {"split", "tasks", "ways", "shots", "unlabelled", "distractors", "episodes"}) {
    const std::string value = text(at(result, name));
    if (!value.empty()) line += cat(line.empty() ? "" : ", ", name, " ", value);
  }
  if (at(result, "transductive") == json(true)) {
    line += ", transductive: an answer depends on the other queries of its task";
  }
  if (!line.empty()) out << line << "\n\n";
  print_scores(result, out);
  line.clear();
  if (at(result, "ece").is_number()) {
    line = cat("calibration error ", number(at(result, "ece"), 1));
    if (at(result, "temperature").is_number()) {
      line += cat(" at temperature ", number(at(result, "temperature"), 2));
    }
  }
  const json& abstained = at(result, "abstained");
  if (abstained.is_number() && abstained.get<double>() > 0) {
    line += cat(line.empty() ? "" : ", ", "abstained ", number(abstained, 1));
  }
  if (!line.empty()) out << "\n" << line << "\n";
  print_beaten(result, out);
  print_classes(result, "classes", "class", out);
  print_classes(result, "relations", "relation", out);
  print_confusion(result, out);
  print_curve(result, out);
}

void print_influence(const json& result, Output& out) {
  out << cat("loss ", number(at(result, "loss"), 4), " as '", text(at(result, "label")),
             "'; the model answers '", text(at(result, "answer")), "'\n");
  const auto list = [&](const char* member, const char* what) {
    out << "\n" << what << "\n";
    Table table({">change", "label", "text"});
    for (const auto& one : at(result, member)) {
      std::ostringstream change;
      change << std::showpos << std::scientific << std::setprecision(1)
             << at(one, "change").get<double>();
      table.row({change.str(), text(at(one, "label")), shortened(text(at(one, "text")))});
    }
    if (table.empty()) {
      out << "none\n";
    } else {
      table.print(out);
    }
  };
  list("helped", "Texts that lowered it; without one of them it would change by");
  list("harmed", "Texts that raised it; without one of them it would change by");
  out << cat("\nof ", number(at(result, "examples"), 0), " training texts, by the curvature of ",
             at(result, "parameters") == "head" ? "the head" : "all parameters", ", damping ",
             shortest(at(result, "damping").get<double>()), "; conjugate gradient left ");
  std::ostringstream left;
  left << std::scientific << std::setprecision(1) << at(result, "residual").get<double>()
       << ", the gradient where training ended is " << at(result, "gradient_norm").get<double>();
  out << left.str() << "\n";
  for (const auto& remark : at(result, "remarks")) out << text(remark) << "\n";
}

void print_experiment(const json& result, Output& out) {
  out << text(at(result, "experiment"));
  if (at(result, "seconds").is_number()) out << ", " << number(at(result, "seconds"), 1) << " s";
  out << "\n\n";
  Table table({"setting", "metric", ">value", ">not finite, left out", "must", "pass", "aim", "met",
               "baselines", "known"});
  for (const auto& row : at(result, "results")) {
    const std::string metric = text(at(row, "metric"));
    const int digits = digits_of(metric);
    const json value = {{"value", at(row, "value")}, {"ci95", at(row, "ci95")}};
    table.row({text(at(row, "setting")), metric, estimate(value, digits), text(at(row, "skipped")),
               goal_text(at(row, "must"), digits), pass_text(at(row, "pass")),
               goal_text(at(row, "aim"), digits), pass_text(at(row, "aim_met")),
               baselines_text(row, digits), text(at(row, "known"))});
  }
  table.print(out);
}

}  // namespace inkling::cli
