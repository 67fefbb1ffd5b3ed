#include "inkling/metrics/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <regex>

#include "inkling/base/error.h"
#include "inkling/base/rng.h"

namespace inkling {
namespace {

using testing::HasSubstr;
using testing::Not;

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

/// The y of the text element that holds `content`.
double height_of(const std::string& svg, const std::string& content) {
  std::smatch match;
  if (!std::regex_search(svg, match, std::regex("y=\"([0-9.]+)\"[^>]*>" + content + "</text>"))) {
    ADD_FAILURE() << content;
    return 0;
  }
  return std::stod(match[1]);
}

TEST(Chart, TicksAreRoundAndCoverTheRange) {
  EXPECT_EQ(round_ticks(0, 10, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(round_ticks(48.7, 77.9, 8), (std::vector<double>{45, 50, 55, 60, 65, 70, 75, 80}));
  EXPECT_EQ(round_ticks(-3, 4, 2), (std::vector<double>{-5, 0, 5}));
  EXPECT_EQ(round_ticks(0, 2, 8, true), (std::vector<double>{0, 1, 2}));
  EXPECT_EQ(round_ticks(0, 30000, 8, true).size(), 7U);
  Rng rng(Key{3});
  for (int i = 0; i < 1000; ++i) {
    const double low = rng.normal() * std::pow(10.0, rng.uniform(-6, 6));
    const double high = low + std::abs(low) * rng.uniform(1e-3, 10);
    const auto ticks = round_ticks(low, high, 6);
    const double slack = 1e-6 * (high - low);
    ASSERT_GE(ticks.size(), 2U);
    EXPECT_LE(ticks.size(), 7U);
    EXPECT_LE(ticks.front(), low + slack);
    EXPECT_GE(ticks.back(), high - slack);
    EXPECT_GT(ticks[1], low - slack);
    EXPECT_LT(ticks[ticks.size() - 2], high + slack);
  }
}

TEST(Chart, APointLiesWhereTheTicksSay) {
  const std::vector<ChartSeries> series = {{"maml", {0, 1, 2}, {50, 60, 70}}};
  const std::string svg = svg_line_chart("t", "step", "accuracy", series);
  std::smatch match;
  ASSERT_TRUE(std::regex_search(
      svg, match, std::regex("polyline[^>]*points=\"([0-9.]+),([0-9.]+) ([0-9.]+),([0-9.]+) ")));
  // Baselines of the tick labels lie 4 below their lines.
  EXPECT_NEAR(std::stod(match[2]), height_of(svg, "50") - 4, 0.11);
  EXPECT_NEAR(std::stod(match[4]), height_of(svg, "60") - 4, 0.11);
  EXPECT_THAT(svg, HasSubstr("x=\"" + match[1].str() + "\" y=\"367.0\" text-anchor=\"middle\">0<"));
  EXPECT_THAT(svg, HasSubstr("x=\"" + match[3].str() + "\" y=\"367.0\" text-anchor=\"middle\">1<"));
  EXPECT_EQ(count_of(svg, "<circle"), 3U);
  EXPECT_EQ(count_of(svg, "<polygon"), 0U);
}

TEST(Chart, AnIntervalIsABandAndInsideTheFrame) {
  const std::vector<ChartSeries> series = {{"a", {0, 1}, {10, 12}, {5, 8}}};
  const std::string svg = svg_line_chart("t", "x", "y", series);
  std::smatch match;
  ASSERT_TRUE(
      std::regex_search(svg, match,
                        std::regex("<polygon[^>]*points=\"[0-9.]+,([0-9.]+) [0-9.]+,([0-9.]+) "
                                   "[0-9.]+,([0-9.]+) [0-9.]+,([0-9.]+) \"/>")));
  // Up along 15 and 20, back along 4 and 5.
  const double unit = (height_of(svg, "5") - height_of(svg, "15")) / 10;
  const double y15 = height_of(svg, "15") - 4;
  EXPECT_NEAR(std::stod(match[1]), y15, 0.11);
  EXPECT_NEAR(std::stod(match[2]), y15 - 5 * unit, 0.11);
  EXPECT_NEAR(std::stod(match[3]), y15 + 11 * unit, 0.11);
  EXPECT_NEAR(std::stod(match[4]), y15 + 10 * unit, 0.11);
  EXPECT_GE(std::stod(match[2]), 66);
}

TEST(Chart, WhatIsNoNumberLeavesAGap) {
  for (const double gap : {std::nan(""), std::numeric_limits<double>::infinity(), 1e308}) {
    const std::vector<ChartSeries> series = {{"a", {0, 1, 2, 3, 4}, {1, 2, gap, 2, 1}}};
    const std::string svg = svg_line_chart("t", "x", "y", series);
    EXPECT_EQ(count_of(svg, "<polyline"), 2U);
    EXPECT_EQ(count_of(svg, "<circle"), 4U);
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    EXPECT_THAT(svg, Not(HasSubstr("inf")));
  }
}

TEST(Chart, NothingAndASinglePointAreDrawnToo) {
  const auto drawn = [](std::vector<double> x, std::vector<double> y) {
    return svg_line_chart("t", "x", "y", std::vector<ChartSeries>{{"a", x, y}});
  };
  for (const std::string& svg : {svg_line_chart("t", "x", "y", {}), drawn({}, {}), drawn({3}, {0}),
                                 drawn({1e15, 1e15 + 1}, {-7, -7}), drawn({0.1}, {1e-12})}) {
    EXPECT_TRUE(svg.ends_with("</svg>\n"));
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    EXPECT_THAT(svg, Not(HasSubstr("inf")));
  }
}

TEST(Chart, TextCannotBreakTheMarkup) {
  const std::vector<ChartSeries> series = {{"<b> & \"q\"\n", {0, 1}, {0, 1}}};
  const std::string svg = svg_line_chart("a < b", "x & y", "\x01z", series);
  EXPECT_THAT(svg, HasSubstr("<title>a &lt; b</title>"));
  EXPECT_THAT(svg, HasSubstr(">x &amp; y</text>"));
  EXPECT_THAT(svg, HasSubstr("> z</text>"));
  EXPECT_THAT(svg, HasSubstr(">&lt;b&gt; &amp; &quot;q&quot; </text>"));
}

TEST(Chart, NamesDoNotOverlap) {
  std::vector<ChartSeries> series;
  for (const char* name : {"one", "two", "three", "four"})
    series.push_back({name, {0, 1}, {0, 1 + 1e-3 * static_cast<double>(series.size())}});
  series.push_back({"floor", {0, 1}, {0, 0}});
  series.push_back({"cellar", {0, 1}, {0, 0}});
  const std::string svg = svg_line_chart("t", "x", "y", series);
  std::vector<double> heights;
  for (const ChartSeries& one : series) heights.push_back(height_of(svg, one.name));
  std::sort(heights.begin(), heights.end());
  for (std::size_t i = 1; i < heights.size(); ++i) EXPECT_GE(heights[i] - heights[i - 1], 15.9);
  EXPECT_GE(heights.front(), 66);
  EXPECT_LE(heights.back(), 360);
}

TEST(Chart, ALongNameIsCutBetweenLetters) {
  std::string name;
  for (int i = 0; i < 40; ++i) name += "ä";
  const std::vector<ChartSeries> series = {{name, {0, 1}, {0, 1}}};
  const std::string svg = svg_line_chart("t", "x", "y", series);
  EXPECT_EQ(count_of(svg, "ä"), 27U);
  EXPECT_THAT(svg, HasSubstr("ä…</text>"));
}

TEST(Chart, ALongSeriesIsThinnedToMeansOfNeighbours) {
  const ChartSeries series = {"a", {1, 2, 3, 4, 5}, {0, 2, 4, 8, 1}, {1, 1, 2, 4, 5}};
  const ChartSeries three = thinned(series, 3);
  EXPECT_EQ(three.x, (std::vector<double>{1.5, 3.5, 5}));
  EXPECT_EQ(three.y, (std::vector<double>{1, 6, 1}));
  EXPECT_EQ(three.half_width, (std::vector<double>{1, 3, 5}));
  EXPECT_EQ(thinned(series, 5).y, series.y);
  EXPECT_EQ(thinned(series, 1).y, (std::vector<double>{3}));
  EXPECT_TRUE(thinned({"a", {}, {}}, 5).x.empty());
}

TEST(Chart, SeriesOfUnequalSizesAreAnError) {
  for (const ChartSeries& bad : {ChartSeries{"a", {0}, {}}, ChartSeries{"a", {0, 1}, {0, 1}, {1}}})
    for (const bool thin : {false, true})
      EXPECT_THROW(thin ? thinned(bad, 1).name : svg_line_chart("t", "x", "y", std::span(&bad, 1)),
                   Error);
}

}  // namespace
}  // namespace inkling
