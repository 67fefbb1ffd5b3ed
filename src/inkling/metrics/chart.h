// Small line charts as SVG, for reports: adaptation curves, training curves.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace inkling {

/// A line through (x, y) in the given order. A point that is not finite leaves a gap.
struct ChartSeries {
  std::string name;
  std::vector<double> x;
  std::vector<double> y;
  /// Of the interval around y, drawn as a band; empty for none.
  std::vector<double> half_width = {};
};

/// At most `most` points, each the mean of as many neighbours (of fewer at the end): for curves of
/// many steps.
/// @param most  at least 1
ChartSeries thinned(const ChartSeries& series, std::size_t most);

/// A chart that stands alone: no script, no font, no file beside it. It follows a light or dark
/// page where the viewer tells which. Lines are named at their right ends. Every point is drawn:
/// thin out long series first. The texts are UTF-8.
/// @throws Error internal, when x, y and half_width of a series differ in size
std::string svg_line_chart(const std::string& title, const std::string& x_label,
                           const std::string& y_label, std::span<const ChartSeries> series);

/// Round numbers (1, 2 or 5 times a power of ten apart) that cover [low, high]: the first is at or
/// below low, the last at or above high.
/// @param high   above low
/// @param most   the most steps between them, at least 2
/// @param whole  no fractions
std::vector<double> round_ticks(double low, double high, int most, bool whole = false);

}  // namespace inkling
