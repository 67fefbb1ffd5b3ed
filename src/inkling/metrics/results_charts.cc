#include "inkling/metrics/results_charts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "inkling/base/strings.h"
#include "inkling/metrics/run_document.h"

namespace inkling {
namespace {

using nlohmann::json;
using namespace run_document;

/// From how many settings on a picture shows more than the table.
constexpr std::size_t kPicture = 8;

/// Text between others on a page.
std::string plain(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '<' ? "&lt;" : c == '\n' ? " " : std::string(1, c);
  return escaped;
}

/// Text in a quoted word of a chart.
std::string chart_word(std::string_view text) {
  std::string plain;
  for (const char c : trim(text)) plain += c == '"' || c == '`' || c == '\n' ? '\'' : c;
  return cat('"', plain, '"');
}

/// The path of one row, or null.
const json& path_of(const json& row, const std::string& name) {
  static const json kNull;
  const json& paths = member(row, "paths", is_object, "an object", false);
  if (paths.is_null() || !paths.contains(name)) return kNull;
  const json& path = paths[name];
  const bool numbers = path.is_array() && !path.empty() &&
                       std::ranges::all_of(path, [](const json& at) { return at.is_number(); });
  if (!numbers) not_a_run("is no list of numbers", "paths." + name);
  return path;
}

/// A line chart of all rows' paths of this name over their points; a shorter one stays at its end.
/// On logarithms, where values lie powers of ten apart.
std::string path_chart(const json& results, const std::string& name) {
  constexpr double kSpan = 10;
  std::vector<std::vector<double>> lines;
  std::vector<std::string> names;
  std::size_t points = 0;
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const json& row : results) {
    const json& path = path_of(row, name);
    if (path.is_null()) continue;
    lines.push_back(path.get<std::vector<double>>());
    names.push_back(plain(text_of(row, "setting", true)));
    points = std::max(points, lines.back().size());
    low = std::min(low, std::ranges::min(lines.back()));
    high = std::max(high, std::ranges::max(lines.back()));
  }
  const bool logarithms = low > 0 && high > kSpan * low;
  const auto placed = [&](double value) { return logarithms ? std::log10(value) : value; };
  const double room = high > low ? 0.05 * (placed(high) - placed(low)) : 1;
  const auto text = [&](double value) {
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.4g", value);
    return std::string(buffer.data());
  };
  std::string drawn;
  for (std::vector<double>& line : lines) {
    line.resize(points, line.back());
    std::vector<std::string> values;
    for (const double value : line) values.push_back(text(placed(value)));
    drawn += cat("  line [", join(values, ", "), "]\n");
  }
  const std::string which = lines.size() > 1 ? cat(", a line each of ", join(names, ", ")) : "";
  return cat("\n", logarithms ? "log10 of " : "", name, " over outer steps", which,
             ":\n\n```mermaid\nxychart-beta\n  x-axis \"outer step\" 0 --> ",
             std::max<std::size_t>(1, points - 1), "\n  y-axis ",
             chart_word(cat(logarithms ? "log10 of " : "", name)), " ", text(placed(low) - room),
             " --> ", text(placed(high) + room), "\n", drawn, "```\n");
}

}  // namespace

std::string chart_of_bars(const json& results) {
  if (results.size() < kPicture) return "";
  std::vector<std::pair<double, std::string>> bars;
  const std::string metric = text_of(results[0], "metric", true);
  double least = 0;
  double most = 0;
  for (const json& row : results) {
    if (text_of(row, "metric", true) != metric || row["value"].is_null()) return "";
    bars.emplace_back(row["value"].get<double>(), text_of(row, "setting", true));
    least = std::min(least, bars.back().first);
    most = std::max(most, bars.back().first);
  }
  std::ranges::stable_sort(bars, std::greater(), &std::pair<double, std::string>::first);
  std::vector<std::string> names;
  std::vector<std::string> values;
  for (const auto& [value, name] : bars) {
    names.push_back(chart_word(name));
    values.push_back(fixed(value, 2));
  }
  return cat("\n```mermaid\n---\nconfig:\n  xyChart:\n    height: ", 120 + 30 * bars.size(),
             "\n---\nxychart-beta horizontal\n  x-axis [", join(names, ", "), "]\n  y-axis ",
             chart_word(metric), " ", fixed(least, 0), " --> ", fixed(std::ceil(most), 0),
             "\n  bar [", join(values, ", "), "]\n```\n");
}

std::string charts_of_paths(const json& results) {
  std::vector<std::string> names;
  std::size_t rows = 0;
  for (const json& row : results) {
    const json& paths = member(row, "paths", is_object, "an object", false);
    if (paths.is_null()) continue;
    ++rows;
    for (const auto& [name, path] : paths.items()) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  std::string charts;
  for (const std::string& name : names) {
    if (name != "objective" || rows == 1) charts += path_chart(results, name);
  }
  return charts;
}

}  // namespace inkling
