#include "inkling/metrics/chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string_view>
#include <utility>

#include "inkling/base/error.h"
#include "inkling/base/markup.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

constexpr double kWidth = 720;
constexpr double kHeight = 400;
constexpr double kLeft = 58;
constexpr double kTop = 66;
constexpr double kBottom = 52;
constexpr double kLetter = 6.7;  // mean width of a letter of 12 pixels
constexpr double kLabelSpacing = 16;
constexpr std::size_t kLongestName = 28;
constexpr std::size_t kMostMarkers = 40;

constexpr std::array<std::string_view, 8> kColours = {"#3a86c8", "#e07b28", "#2a9d75", "#b565b8",
                                                      "#d64f5f", "#8c8f2a", "#1fa3b8", "#8a8f98"};

constexpr std::string_view kStyle =
    "<style>\n"
    "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;"
    "font-size:12px;fill:#5b626b}\n"
    ".title{font-size:15px;font-weight:600;fill:#1f2329}\n"
    ".grid{stroke:#d9dde2;stroke-width:1}\n"
    ".axis{stroke:#8b929b;stroke-width:1}\n"
    ".line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}\n"
    ".band{fill-opacity:.16;stroke:none}\n"
    ".name{font-weight:600}\n"
    "@media (prefers-color-scheme:dark){text{fill:#a9b1bb}.title{fill:#e9edf2}"
    ".grid{stroke:#353b43}.axis{stroke:#727a84}.band{fill-opacity:.24}}\n"
    "</style>\n";

std::size_t letters_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// At most kLongestName letters.
std::string shortened(const std::string& name) {
  if (letters_of(name) <= kLongestName) return name;
  std::size_t end = 0;
  for (std::size_t letters = 0; end < name.size(); ++end)
    if ((static_cast<unsigned char>(name[end]) & 0xC0) != 0x80 && ++letters == kLongestName) break;
  return name.substr(0, end) + "…";
}

std::string coordinate(double value) {
  return fixed(value, 1);
}

/// Numbers with just the digits that their distance needs.
std::string tick_label(double value, double step) {
  constexpr double kLargest = 1e7;
  constexpr double kSmallest = 0.9e-5;
  if (value == 0) return "0";
  if (std::abs(value) >= kLargest || step < kSmallest) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.4g", value);
    return text.data();
  }
  return fixed(value, static_cast<int>(std::max(0.0, std::ceil(-std::log10(step) - 1e-9))));
}

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void add(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  /// A range that can be divided by.
  void open() {
    if (low > high) *this = {0, 1};
    const double room = std::max({std::abs(low), std::abs(high), 1.0}) * 1e-9;
    if (high - low > room) return;
    const double around = std::abs(low) > 0 ? std::abs(low) / 10 : 1;
    low -= around;
    high += around;
  }
};

bool drawn(const ChartSeries& series, std::size_t i) {
  constexpr double kLargest = 1e100;  // the sums and differences below stay finite
  return std::abs(series.x[i]) < kLargest && std::abs(series.y[i]) < kLargest;
}

double half_width(const ChartSeries& series, std::size_t i) {
  constexpr double kLargest = 1e100;
  const double half = series.half_width.empty() ? 0 : series.half_width[i];
  return std::abs(half) < kLargest ? half : 0;
}

/// A little more than the data takes, and from 0 where that is near.
Range with_room(const Range& data) {
  constexpr double kNear = 0.25;
  const double room = 0.05 * (data.high - data.low);
  const bool from_zero = data.low >= 0 && data.low < kNear * data.high;
  return {from_zero ? 0 : data.low - room, data.high + room};
}

std::vector<double> ticks_within(const Range& range, int most, bool whole) {
  const double slack = 1e-9 * (range.high - range.low);
  std::vector<double> ticks = round_ticks(range.low, range.high, most, whole);
  std::erase_if(ticks,
                [&](double tick) { return tick < range.low - slack || tick > range.high + slack; });
  return ticks;
}

/// Where data lies on the picture.
struct Frame {
  std::vector<double> x_ticks;
  std::vector<double> y_ticks;
  Range x;
  Range y;
  double right = kWidth;

  explicit Frame(std::span<const ChartSeries> all) {
    bool whole = true;
    std::size_t longest = 0;
    for (const ChartSeries& series : all) {
      longest = std::max(longest, letters_of(shortened(series.name)));
      for (std::size_t i = 0; i < series.x.size(); ++i) {
        if (!drawn(series, i)) continue;
        whole = whole && series.x[i] == std::floor(series.x[i]);
        x.add(series.x[i]);
        y.add(series.y[i] - half_width(series, i));
        y.add(series.y[i] + half_width(series, i));
      }
    }
    right = kWidth - 24 - kLetter * 1.08 * static_cast<double>(longest);
    if (whole && x.low == x.high) x = {x.low - 1, x.high + 1};
    x.open();
    y.open();
    y = with_room(y);
    x_ticks = ticks_within(x, 8, whole);
    y_ticks = ticks_within(y, 8, false);
  }

  double across(double value) const {
    return kLeft + (value - x.low) / (x.high - x.low) * (right - kLeft);
  }
  double down(double value) const {
    constexpr double kFloor = kHeight - kBottom;
    return kFloor - (value - y.low) / (y.high - y.low) * (kFloor - kTop);
  }
};

std::string line(double x1, double y1, double x2, double y2, std::string_view style) {
  return cat("<line class=\"", style, "\" x1=\"", coordinate(x1), "\" y1=\"", coordinate(y1),
             "\" x2=\"", coordinate(x2), "\" y2=\"", coordinate(y2), "\"/>\n");
}

std::string text(double x, double y, std::string_view attributes, std::string_view content) {
  return cat("<text x=\"", coordinate(x), "\" y=\"", coordinate(y), "\" ", attributes, ">",
             markup_escaped(content), "</text>\n");
}

double step_of(const std::vector<double>& ticks) {
  return ticks.size() > 1 ? ticks[1] - ticks[0] : std::max(1e-3, std::abs(ticks.front()));
}

std::string axes(const Frame& frame, const std::string& x_label) {
  std::string svg;
  for (const double tick : frame.y_ticks) {
    const double at = frame.down(tick);
    svg += line(kLeft, at, frame.right, at, "grid");
    svg += text(kLeft - 8, at + 4, "text-anchor=\"end\"", tick_label(tick, step_of(frame.y_ticks)));
  }
  constexpr double kFloor = kHeight - kBottom;
  svg += line(kLeft, kFloor, frame.right, kFloor, "axis");
  for (const double tick : frame.x_ticks) {
    const double at = frame.across(tick);
    svg += line(at, kFloor, at, kFloor + 5, "axis");
    svg +=
        text(at, kFloor + 19, "text-anchor=\"middle\"", tick_label(tick, step_of(frame.x_ticks)));
  }
  return svg + text((kLeft + frame.right) / 2, kHeight - 10, "text-anchor=\"middle\"", x_label);
}

/// The runs [begin, end) of points without a gap.
std::vector<std::pair<std::size_t, std::size_t>> runs_of(const ChartSeries& series) {
  std::vector<std::pair<std::size_t, std::size_t>> runs;
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (!drawn(series, i)) continue;
    if (runs.empty() || runs.back().second != i) runs.emplace_back(i, i);
    runs.back().second = i + 1;
  }
  return runs;
}

std::string band(const Frame& frame, const ChartSeries& series, std::string_view colour) {
  std::string svg;
  if (series.half_width.empty()) return svg;
  const auto point = [&](std::size_t i, double sign) {
    return cat(coordinate(frame.across(series.x[i])), ",",
               coordinate(frame.down(series.y[i] + sign * half_width(series, i))), " ");
  };
  for (const auto& [begin, end] : runs_of(series)) {
    svg += cat("<polygon class=\"band\" fill=\"", colour, "\" points=\"");
    for (std::size_t i = begin; i < end; ++i) svg += point(i, 1);
    for (std::size_t i = end; i > begin; --i) svg += point(i - 1, -1);
    svg += "\"/>\n";
  }
  return svg;
}

std::string curve(const Frame& frame, const ChartSeries& series, std::string_view colour) {
  std::string svg;
  for (const auto& [begin, end] : runs_of(series)) {
    svg += cat("<polyline class=\"line\" stroke=\"", colour, "\" points=\"");
    for (std::size_t i = begin; i < end; ++i)
      svg +=
          cat(coordinate(frame.across(series.x[i])), ",", coordinate(frame.down(series.y[i])), " ");
    svg += "\"/>\n";
    const bool few = series.x.size() <= kMostMarkers;
    for (std::size_t i = begin; i < end && (few || end - begin == 1); ++i)
      svg += cat("<circle fill=\"", colour, "\" cx=\"", coordinate(frame.across(series.x[i])),
                 "\" cy=\"", coordinate(frame.down(series.y[i])), "\" r=\"3\"/>\n");
  }
  return svg;
}

/// Names at the right, at the heights of the last points as far as they have room.
std::string names(const Frame& frame, std::span<const ChartSeries> all) {
  struct Name {
    std::size_t series;
    double at;
  };
  std::vector<Name> places;
  for (std::size_t s = 0; s < all.size(); ++s) {
    const auto runs = runs_of(all[s]);
    if (!runs.empty()) places.push_back({s, frame.down(all[s].y[runs.back().second - 1])});
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const Name& a, const Name& b) { return a.at < b.at; });
  for (std::size_t i = 1; i < places.size(); ++i)
    places[i].at = std::max(places[i].at, places[i - 1].at + kLabelSpacing);
  double floor = kHeight - kBottom;
  for (std::size_t i = places.size(); i > 0; --i) {
    places[i - 1].at = std::min(places[i - 1].at, floor);
    floor = places[i - 1].at - kLabelSpacing;
  }
  std::string svg;
  for (const auto& [s, at] : places)
    svg += text(frame.right + 10, at + 4,
                cat("class=\"name\" style=\"fill:", kColours[s % kColours.size()], "\""),
                shortened(all[s].name));
  return svg;
}

/// Each the mean of `size` neighbours.
std::vector<double> means_of(const std::vector<double>& values, std::size_t size) {
  std::vector<double> means;
  for (std::size_t begin = 0; begin < values.size(); begin += size) {
    const std::size_t end = std::min(values.size(), begin + size);
    double sum = 0;
    for (std::size_t i = begin; i < end; ++i) sum += values[i];
    means.push_back(sum / static_cast<double>(end - begin));
  }
  return means;
}

void check(const ChartSeries& series) {
  if (series.x.size() == series.y.size() &&
      (series.half_width.empty() || series.half_width.size() == series.y.size()))
    return;
  throw Error(ErrorKind::internal,
              cat("series '", series.name, "' has ", series.x.size(), " x, ", series.y.size(),
                  " y and ", series.half_width.size(), " half widths"));
}

}  // namespace

ChartSeries thinned(const ChartSeries& series, std::size_t most) {
  check(series);
  const std::size_t size = std::max<std::size_t>(1, (series.x.size() + most - 1) / most);
  return {series.name, means_of(series.x, size), means_of(series.y, size),
          means_of(series.half_width, size)};
}

std::vector<double> round_ticks(double low, double high, int most, bool whole) {
  const double raw = (high - low) / most;
  double power = std::pow(10.0, std::floor(std::log10(raw)) - 1);
  if (whole) power = std::max(1.0, power);
  for (;; power *= 10)
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double step = factor * power;
      // A bound that is a tick but for rounding is one.
      const double first = std::floor(low / step + 1e-9);
      const double last = std::ceil(high / step - 1e-9);
      if (last - first > most) continue;
      std::vector<double> ticks;
      // NOLINTNEXTLINE(bugprone-float-loop-counter): few whole numbers, which doubles count exactly
      for (double i = first; i <= last; ++i) ticks.push_back(i * step);
      return ticks;
    }
}

std::string svg_line_chart(const std::string& title, const std::string& x_label,
                           const std::string& y_label, std::span<const ChartSeries> series) {
  for (const ChartSeries& one : series) check(one);
  const Frame frame(series);
  std::string svg = cat("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", kWidth, " ",
                        kHeight, "\" width=\"", kWidth, "\" height=\"", kHeight,
                        "\" role=\"img\">\n<title>", markup_escaped(title), "</title>\n", kStyle);
  svg += text(16, 26, "class=\"title\"", title);
  svg += text(16, 47, "", y_label);
  svg += axes(frame, x_label);
  const auto colour = [](std::size_t s) { return kColours[s % kColours.size()]; };
  for (std::size_t s = 0; s < series.size(); ++s) svg += band(frame, series[s], colour(s));
  for (std::size_t s = 0; s < series.size(); ++s) svg += curve(frame, series[s], colour(s));
  return svg + names(frame, series) + "</svg>\n";
}

}  // namespace inkling
