#include "inkling/metrics/results_page.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/metrics/goal.h"
#include "inkling/metrics/results_charts.h"
#include "inkling/metrics/run_document.h"

namespace inkling {
namespace {

using nlohmann::json;
using namespace run_document;

constexpr std::string_view kTitle = "# Results";
constexpr std::string_view kIntroduction =
    "What was measured, and how to measure it again. Each section is written by the command that "
    "it\n"
    "names: `inkling run` replaces its own section and leaves the rest as it is.\n"
    "\n"
    "± is the half width of the 95% interval. *must* is the bound that a result has to keep, "
    "*aim*\n"
    "the one it strives for; a bound that was not kept is called **missed**. Percentages are "
    "0-100.\n";

// ---- the page

/// Bytes [begin, end) of the page, both marker lines included.
struct Section {
  std::string name;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// NAME where `line` is "<!-- KEYWORD NAME -->".
std::optional<std::string> marked(std::string_view line, std::string_view keyword) {
  line = trim(line);
  const std::string head = cat("<!-- ", keyword, " ");
  constexpr std::string_view kTail = " -->";
  if (!line.starts_with(head) || !line.ends_with(kTail)) return {};
  if (line.size() < head.size() + kTail.size()) return {};
  return std::string(line.substr(head.size(), line.size() - head.size() - kTail.size()));
}

std::vector<Section> sections_of(std::string_view page, const std::string& file) {
  std::vector<Section> sections;
  bool open = false;
  std::int64_t number = 0;
  const auto fail = [&](const std::string& what) {
    throw Error(ErrorKind::data, what, {.file = file, .line = number},
                "mend the markers, or move the page away to begin a new one");
  };
  std::size_t begin = 0;
  for (const std::string_view line : split(page, '\n')) {
    ++number;
    const std::size_t end = std::min(page.size(), begin + line.size() + 1);
    if (const auto name = marked(line, "experiment")) {
      if (open) fail(cat("'", *name, "' begins inside '", sections.back().name, "'"));
      for (const Section& section : sections)
        if (section.name == *name) fail(cat("a second section '", *name, "'"));
      sections.push_back({*name, begin, end});
      open = true;
    } else if (const auto ended = marked(line, "end")) {
      if (!open || sections.back().name != *ended)
        fail(cat("'", *ended, "' ends where it did not begin"));
      sections.back().end = end;
      open = false;
    }
    begin = end;
  }
  if (open) fail(cat("'", sections.back().name, "' has no end"));
  return sections;
}

// ---- the document

std::string experiment_name(const json& document) {
  if (!document.is_object()) not_a_run("is not an object", "");
  const std::string name = text_of(document, "experiment", true);
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
  if (name.empty() || !plain)
    not_a_run(cat("'", name, "' is no name of an experiment"), "experiment");
  return name;
}

// ---- the section

/// Text in a table's cell.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : trim(text)) {
    if (c == '|')
      escaped += "\\|";
    else if (c == '<')
      escaped += "&lt;";
    else
      escaped += c == '\n' || c == '\r' ? ' ' : c;
  }
  return escaped;
}

/// Text that stands by itself, where no line may look like a marker.
std::string prose(std::string_view text) {
  std::string escaped;
  for (const std::string_view line : split(trim(text), '\n')) {
    if (!escaped.empty()) escaped += '\n';
    escaped += trim(line).starts_with("<!--") ? "&lt;" + std::string(trim(line).substr(1))
                                              : std::string(line);
  }
  return escaped;
}

/// Two digits of the interval, or four of a value without one (three of a value below 1).
int digits_of(double value, double interval) {
  const double shown = interval > 0 ? interval : std::abs(value);
  if (!std::isfinite(shown) || shown == 0) return 2;
  const int order = static_cast<int>(std::floor(std::log10(shown)));
  const int significant = interval > 0 ? 2 : (shown < 1 ? 3 : 4);
  return std::clamp(significant - 1 - order, 0, 8);
}

std::string number(const json& value, int digits) {
  return value.is_null() ? "not a number" : fixed(value.get<double>(), digits);
}

std::string seeds_of(const json& row) {
  const auto found = row.find("seeds");
  if (found == row.end() || found->is_null()) return "";
  if (found->is_number_integer()) return found->dump();
  if (!found->is_array()) not_a_run("is neither a count nor a list", "seeds");
  std::vector<std::string> seeds;
  for (const json& seed : *found) {
    if (!seed.is_number_integer()) not_a_run("is not whole", "seeds");
    seeds.push_back(seed.dump());
  }
  return join(seeds, ", ");
}

/// How many episodes or examples a training left out, where it did.
std::string skipped_of(const json& row) {
  const json& skipped = member(row, "skipped", is_number, "a number", false);
  return skipped.is_null() ? "" : skipped.dump();
}

std::string baselines_of(const json& row, int digits) {
  std::vector<std::string> parts;
  const json& baselines = member(row, "baselines", is_object, "an object", false);
  for (const auto& [name, value] : baselines.items()) {
    if (!value.is_number() && !value.is_null()) not_a_run("is not a number", "baselines." + name);
    parts.push_back(cat(cell(name), " ", number(value, digits)));
  }
  return join(parts, ", ");
}

std::string goal_cell(const json& results, std::size_t row, const char* key) {
  const json& goal = member(results[row], key, is_object, "an object", false);
  if (goal.is_null()) return "";
  std::optional<bool> met = goal_met(goal, results, row);
  const json& pass = member(results[row], "pass", is_truth, "true or false", false);
  if (std::string_view(key) == "must" && !pass.is_null()) met = pass.get<bool>();
  const char* verdict = !met ? "not judged" : *met ? "met" : "**missed**";
  return cat(cell(goal_text(goal)), ": ", verdict);
}

std::vector<std::string> cells_of(const json& results, std::size_t r) {
  const json& row = results[r];
  if (!row.is_object()) not_a_run("is not an object", cat("results[", r, "]"));
  const json& value = member(row, "value", is_number, "a number", true);
  const json& interval = member(row, "ci95", is_number, "a number", false);
  const double half = interval.is_null() ? 0 : interval.get<double>();
  const int digits = digits_of(value.is_null() ? 0 : value.get<double>(), half);
  std::string measured = number(value, digits);
  if (half > 0) measured += " ± " + fixed(half, digits);
  return {cell(text_of(row, "setting", true)),
          cell(text_of(row, "metric", true)),
          measured,
          skipped_of(row),
          seeds_of(row),
          goal_cell(results, r, "must"),
          goal_cell(results, r, "aim"),
          baselines_of(row, digits),
          cell(text_of(row, "known", false))};
}

/// A table without the columns that no row fills.
std::string table_of(const json& results) {
  const std::vector<std::string> header = {"setting", "metric", "measured", "not finite, left out",
                                           "seeds",   "must",   "aim",      "baselines",
                                           "known"};
  std::vector<std::vector<std::string>> rows;
  for (std::size_t r = 0; r < results.size(); ++r) rows.push_back(cells_of(results, r));
  std::string head = "|";
  std::string rule = "|";
  std::vector<std::string> lines(rows.size(), "|");
  for (std::size_t c = 0; c < header.size(); ++c) {
    if (std::all_of(rows.begin(), rows.end(), [&](const auto& row) { return row[c].empty(); }))
      continue;
    head += cat(" ", header[c], " |");
    rule += header[c] == "measured" ? "---:|" : "---|";
    for (std::size_t r = 0; r < rows.size(); ++r)
      lines[r] += rows[r][c].empty() ? " |" : cat(" ", rows[r][c], " |");
  }
  return cat(head, "\n", rule, "\n", join(lines, "\n"), lines.empty() ? "" : "\n");
}

std::string duration(double seconds) {
  if (seconds < 10) return fixed(seconds, 1) + " s";
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  return whole < 120 ? cat(whole, " s") : cat(whole / 60, " min ", whole % 60, " s");
}

std::string section_of(const json& document, const std::string& name) {
  const auto results = document.find("results");
  if (results == document.end() || !results->is_array() || results->empty())
    not_a_run("is not a list of results", "results");
  std::string section = cat("<!-- experiment ", name, " -->\n## ", name, "\n\n");
  const std::string summary = prose(text_of(document, "summary", false));
  if (!summary.empty()) section += summary + "\n\n";
  section += cat("    build/inkling run experiments/", name, ".toml\n\n");
  const json& seconds = member(document, "seconds", is_number, "a number", false);
  if (!seconds.is_null()) section += cat("It took ", duration(seconds.get<double>()), ".\n\n");
  return cat(section, table_of(*results), chart_of_bars(*results), charts_of_paths(*results),
             "<!-- end ", name, " -->\n");
}

}  // namespace

std::string updated_results_page(std::string_view existing_page, const json& run_document,
                                 const std::string& file) {
  const std::string name = experiment_name(run_document);
  const std::string section = section_of(run_document, name);
  if (trim(existing_page).empty()) return cat(kTitle, "\n\n", kIntroduction, "\n", section);

  const std::vector<Section> sections = sections_of(existing_page, file);
  if (sections.empty() && trim(split(trim(existing_page), '\n')[0]) != kTitle)
    throw Error(ErrorKind::data, "is not a page of results", {.file = file},
                "move it away to begin a new one");

  std::string page(existing_page);
  for (const Section& old : sections)
    if (old.name == name) return page.replace(old.begin, old.end - old.begin, section);
  for (const Section& next : sections)
    if (next.name > name) return page.insert(next.begin, section + "\n");
  const std::size_t end = sections.empty() ? page.size() : sections.back().end;
  const bool ends_a_line = page[end - 1] == '\n';
  return page.insert(end, cat(ends_a_line ? "" : "\n", "\n", section));
}

}  // namespace inkling
