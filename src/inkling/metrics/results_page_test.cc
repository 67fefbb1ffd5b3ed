#include "inkling/metrics/results_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

json run_of(const std::string& name, double value = 88.412) {
  return {{"experiment", name},
          {"summary", "The seed model."},
          {"seconds", 754.2},
          {"results",
           {{{"setting", "all"},
             {"metric", "accuracy"},
             {"value", value},
             {"ci95", 0.214},
             {"seeds", {0, 1, 2}},
             {"must", {{"op", ">="}, {"value", 87.8}}},
             {"aim", {{"op", ">="}, {"value", 88.5}}},
             {"known", "88.39 | 88.50"},
             {"pass", value >= 87.8},
             {"baselines", {{"centroid", 76.04}, {"majority", 50}}}}}}};
}

Error fault(std::string_view page, const json& document) {
  try {
    updated_results_page(page, document, "results.md");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    return error;
  }
  ADD_FAILURE() << "no Error";
  return Error(ErrorKind::internal, "");
}

TEST(ResultsPage, ASectionSaysWhatWasMeasuredAndHow) {
  const std::string page = updated_results_page("", run_of("imdb-seed"));
  EXPECT_TRUE(page.starts_with("# Results\n"));
  EXPECT_TRUE(page.ends_with(
      "\n<!-- experiment imdb-seed -->\n"
      "## imdb-seed\n\n"
      "The seed model.\n\n"
      "    build/inkling run experiments/imdb-seed.toml\n\n"
      "It took 12 min 34 s.\n\n"
      "| setting | metric | measured | seeds | must | aim | baselines | known |\n"
      "|---|---|---:|---|---|---|---|---|\n"
      "| all | accuracy | 88.41 ± 0.21 | 0, 1, 2 | ≥ 87.8: met | ≥ 88.5: **missed** | "
      "centroid 76.04, majority 50.00 | 88.39 \\| 88.50 |\n"
      "<!-- end imdb-seed -->\n"))
      << page;
}

TEST(ResultsPage, WhatATrainingLeftOutIsShown) {
  json document = run_of("a");
  document["results"].push_back(document["results"][0]);
  document["results"][1]["skipped"] = 7;
  const std::string page = updated_results_page("", document);
  EXPECT_THAT(page, HasSubstr("| measured | not finite, left out | seeds |"));
  EXPECT_THAT(page, HasSubstr("| 88.41 ± 0.21 | 7 | 0, 1, 2 |"));
  document["results"][1]["skipped"] = "seven";
  EXPECT_EQ(fault("", document).where().field, "skipped");
}

TEST(ResultsPage, AMissIsShownAsOne) {
  EXPECT_THAT(updated_results_page("", run_of("a", 80)), HasSubstr("≥ 87.8: **missed**"));
  // What the run said about its own bound stands, whatever the numbers look like here.
  json document = run_of("a", 90);
  document["results"][0]["pass"] = false;
  EXPECT_THAT(updated_results_page("", document), HasSubstr("≥ 87.8: **missed**"));
  document["results"][0].erase("pass");
  EXPECT_THAT(updated_results_page("", document), HasSubstr("≥ 87.8: met"));
  document["results"][0]["must"] = {{"op", "beats"}, {"versus", "nobody"}};
  EXPECT_THAT(updated_results_page("", document), HasSubstr("beats nobody: not judged"));
}

TEST(ResultsPage, ARunReplacesItsSectionAndLeavesTheRestByteForByte) {
  const std::string before =
      "# Results\r\n\r\nBy hand.\r\n<!-- experiment a -->\r\nold\r\n<!-- end a -->\r\n\r\n";
  const std::string old = "<!-- experiment b -->\nanything | at all\n<!-- end b -->\n";
  const std::string after = "\n \ntext\n<!-- experiment c -->\n<!-- end c -->\nno newline";
  const std::string page = updated_results_page(before + old + after, run_of("b"));
  EXPECT_TRUE(page.starts_with(before + "<!-- experiment b -->\n## b\n"));
  EXPECT_TRUE(page.ends_with("<!-- end b -->\n" + after));
  EXPECT_THAT(page, Not(HasSubstr("anything")));
}

TEST(ResultsPage, SectionsStandInTheOrderOfTheirNames) {
  std::string page;
  for (const char* name : {"m", "z", "a", "n"}) page = updated_results_page(page, run_of(name));
  std::vector<std::string> names;
  for (const std::string_view line : split(page, '\n'))
    if (line.starts_with("## ")) names.emplace_back(line.substr(3));
  EXPECT_EQ(names, (std::vector<std::string>{"a", "m", "n", "z"}));
  // The order of the runs leaves no trace, and a second run none at all.
  std::string other;
  for (const char* name : {"z", "n", "m", "a", "n"})
    other = updated_results_page(other, run_of(name));
  EXPECT_EQ(page, other);
  for (const char* name : {"a", "m", "n", "z"})
    EXPECT_EQ(updated_results_page(page, run_of(name)), page);
}

TEST(ResultsPage, APageWithoutSectionsKeepsItsText) {
  EXPECT_TRUE(updated_results_page("# Results\n\nOurs.", run_of("a"))
                  .starts_with("# Results\n\nOurs.\n\n<!-- experiment a -->\n"));
}

TEST(ResultsPage, NumbersHaveTheDigitsThatTheirIntervalLeavesThem) {
  const auto measured = [](json value, json interval) {
    json document = run_of("a");
    document["results"][0]["value"] = std::move(value);
    document["results"][0]["ci95"] = std::move(interval);
    const std::string page = updated_results_page("", document);
    const std::size_t begin = page.find("| accuracy | ") + 13;
    return page.substr(begin, page.find(" |", begin) - begin);
  };
  EXPECT_EQ(measured(0.34217, 0.0213), "0.342 ± 0.021");
  EXPECT_EQ(measured(55.83, 5.04), "55.8 ± 5.0");
  EXPECT_EQ(measured(50, 12.3), "50 ± 12");
  EXPECT_EQ(measured(88.41234, 0), "88.41");
  EXPECT_EQ(measured(0.0648666, nullptr), "0.0649");
  EXPECT_EQ(measured(0, 0), "0.00");
  EXPECT_EQ(measured(nullptr, nullptr), "not a number");
}

TEST(ResultsPage, ColumnsThatNothingFillsAreLeftOut) {
  json document = {{"experiment", "a"},
                   {"results", {{{"setting", "s"}, {"metric", "mse"}, {"value", 0.5}}}}};
  EXPECT_THAT(updated_results_page("", document),
              HasSubstr("| setting | metric | measured |\n|---|---|---:|\n| s | mse | 0.500 |\n"));
  EXPECT_THAT(updated_results_page("", document), Not(HasSubstr("It took")));
}

TEST(ResultsPage, ManySettingsOfOneMetricHaveAPicture) {
  json document = run_of("methods");
  const json row = document["results"][0];
  EXPECT_THAT(updated_results_page("", document), Not(HasSubstr("mermaid")));
  document["results"].clear();
  for (int i = 0; i < 9; ++i) {
    json more = row;
    more["setting"] = cat("m\"", i);
    more["value"] = 50 + i;
    document["results"].push_back(more);
  }
  const std::string page = updated_results_page("", document);
  EXPECT_THAT(page, HasSubstr("xychart-beta horizontal\n  x-axis [\"m'8\", \"m'7\", "));
  EXPECT_THAT(page, HasSubstr("y-axis \"accuracy\" 0 --> 58\n  bar [58.00, 57.00, "));
  document["results"][3]["metric"] = "macro f1";
  EXPECT_THAT(updated_results_page("", document), Not(HasSubstr("mermaid")));
}

TEST(ResultsPage, PathsAreDrawnALineARowOnLogarithmsWhereTheySpanPowersOfTen) {
  json document = run_of("tuned");
  document["results"][0]["paths"] = {{"objective", {0.6, 0.5, 0.4}}, {"learning_rate", {1, 2, 4}}};
  const std::string one = updated_results_page("", document);
  EXPECT_THAT(one, HasSubstr("\nlearning_rate over outer steps:\n\n```mermaid\nxychart-beta\n"
                             "  x-axis \"outer step\" 0 --> 2\n"
                             "  y-axis \"learning_rate\" 0.85 --> 4.15\n  line [1, 2, 4]\n```\n"));
  EXPECT_THAT(one, HasSubstr("line [0.6, 0.5, 0.4]"));
  json other = document["results"][0];
  other["setting"] = "low";
  other["paths"] = {{"objective", {0.7, 0.4}}, {"learning_rate", {0.01, 0.1}}};
  document["results"].push_back(other);
  const std::string two = updated_results_page("", document);
  EXPECT_THAT(two, HasSubstr("log10 of learning_rate over outer steps, a line each of all, low:"));
  EXPECT_THAT(two, HasSubstr("line [0, 0.301, 0.6021]\n  line [-2, -1, -1]\n"))
      << "stays at its end";
  EXPECT_THAT(two, Not(HasSubstr("line [0.6")));
  document["results"][1]["paths"]["learning_rate"] = {"a"};
  EXPECT_EQ(fault("", document).where().field, "paths.learning_rate");
}

TEST(ResultsPage, TextCannotBreakATableOrForgeAMarker) {
  json document = run_of("a");
  document["summary"] = "first\n <!-- end a -->\nlast";
  document["results"][0]["known"] = "a\n| b <!-- end a -->";
  const std::string page = updated_results_page("", document);
  EXPECT_THAT(page, HasSubstr("first\n&lt;!-- end a -->\nlast"));
  EXPECT_THAT(page, HasSubstr("| a \\| b &lt;!-- end a --> |"));
  EXPECT_EQ(updated_results_page(page, document), page);
}

TEST(ResultsPage, APageOfAnotherKindIsAnErrorWithItsLine) {
  EXPECT_EQ(fault("# inkling\n\nReadme.\n", run_of("a")).where().file, "results.md");
  const auto line = [](const char* page) { return fault(page, run_of("a")).where().line; };
  EXPECT_EQ(line("# Results\n<!-- experiment b -->\n<!-- experiment c -->\n"), 3);
  EXPECT_EQ(line("# Results\n<!-- end b -->\n"), 2);
  EXPECT_EQ(line("<!-- experiment b -->\n<!-- end c -->\n"), 2);
  EXPECT_EQ(line("<!-- experiment b -->\n<!-- end b -->\n<!-- experiment b -->\n"), 3);
  EXPECT_GT(line("<!-- experiment b -->\n\n"), 0);
}

TEST(ResultsPage, ADocumentOfAnotherKindIsAnErrorWithItsField) {
  const auto field = [](const json& document) { return fault("", document).where().field; };
  fault("", json::array());
  EXPECT_EQ(field(json::object()), "experiment");
  EXPECT_EQ(field({{"experiment", "a -->"}, {"results", json::array()}}), "experiment");
  EXPECT_EQ(field({{"experiment", "a"}}), "results");
  EXPECT_EQ(field({{"experiment", "a"}, {"results", {1}}}), "results[0]");
  for (const char* key :
       {"setting", "metric", "value", "ci95", "seeds", "must", "known", "pass", "baselines"}) {
    json document = run_of("a");
    document["results"][0][key] = json::array({"x"});
    EXPECT_EQ(field(document), key);
  }
  json document = run_of("a");
  document["results"][0]["baselines"]["centroid"] = "76";
  EXPECT_EQ(field(document), "baselines.centroid");
}

}  // namespace
}  // namespace inkling
