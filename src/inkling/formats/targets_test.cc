#include "inkling/formats/targets.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "inkling/base/strings.h"

namespace inkling {
namespace {

const TargetsHeader kHeader{{"neg", "pos"}, "abc", "def"};
constexpr const char* kHead =
    R"({"inkling-targets": 1, "labels": ["neg", "pos"], "teacher": "abc", "texts": "def"})";

/// All targets of a file of these lines after the header.
std::vector<Target> read(const std::string& lines) {
  const std::string bytes = cat(kHead, "\n", lines);
  TargetsReader reader({"t.jsonl", bytes}, {});
  std::vector<Target> targets;
  Target target;
  while (reader.next(target)) targets.push_back(target);
  return targets;
}

Error error_of(const std::string& lines) {
  try {
    read(lines);
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorKind::internal, "no error");
}

std::string line(const std::string& probabilities, const std::string& more = "") {
  return cat(R"({"id": 0, )", more, R"("probabilities": )", probabilities, R"(, "text": "x"})",
             "\n");
}

TEST(Targets, WhatIsWrittenIsRead) {
  Target target;
  target.id = 7;
  target.label = 1;
  target.corrected = 0;
  target.probabilities = {.25, .75};
  target.confidence = .5;
  target.text = "a \"b\"\n\u00e4";
  const std::string line = line_of(target, kHeader.labels);
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  const auto found = read(line);
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0].id, 7);
  EXPECT_EQ(found[0].label, 1);
  EXPECT_EQ(found[0].corrected, 0);
  EXPECT_EQ(found[0].probabilities, target.probabilities);
  EXPECT_EQ(found[0].confidence, .5);
  EXPECT_EQ(found[0].text, target.text);
  EXPECT_EQ(line_of(kHeader), cat(kHead, "\n"));
}

TEST(Targets, WhatAPersonLeavesOutHasAMeaning) {
  const auto found = read(line(R"({"pos": 0.9, "neg": 0.1})", R"("label": null, )"));
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0].probabilities, (std::vector<double>{.1, .9}));
  EXPECT_EQ(found[0].confidence, .9);
  EXPECT_FALSE(found[0].label || found[0].corrected);
}

TEST(Targets, ASumThatIsOffByRoundingIsMended) {
  const auto found = read(line(R"({"neg": 0.3333, "pos": 0.6666})"));
  EXPECT_NEAR(found.at(0).probabilities[0] + found.at(0).probabilities[1], 1, 1e-15);
}

TEST(Targets, FaultsAreErrorsWithLineAndKey) {
  const auto expect = [](const std::string& lines, const std::string& message,
                         const std::string& hint = "") {
    const Error error = error_of(lines);
    EXPECT_EQ(error.kind(), ErrorKind::data) << message;
    EXPECT_EQ(error.where().file, "t.jsonl");
    EXPECT_EQ(error.where().line, 2) << message;
    EXPECT_NE(error.message().find(message), std::string::npos) << error.message();
    EXPECT_NE(error.hint().find(hint), std::string::npos) << error.hint();
  };
  expect(line(R"({"neg": 0.3, "pos": 0.6})"), "sum to 0.9000, not to one", "corrected");
  expect(line(R"({"neg": -0.1, "pos": 1.1})"), "lies in [0, 1]");
  expect(line(R"({"neg": 1})"), "'pos' has no probability");
  expect(line(R"({"neg": 0.5, "po": 0.5})"), "do not know the label 'po'", "pos");
  expect(line(R"({"neg": 0.5, "pos": 0.5})", R"("corrected": "pso", )"),
         "do not know the label 'pso'", "pos");
  expect(line(R"({"neg": 0.5, "pos": 0.5})", R"("corect": "pos", )"), "is not known", "corrected");
  expect("{\"id\": 0, \"text\": \"x\"}\n", "no \"probabilities\"");
  expect("{\"id\": 0\n", "");
  const std::string good = line(R"({"neg": 0.5, "pos": 0.5})");
  const Error twice = error_of(good + good);
  EXPECT_EQ(twice.where().line, 3);
  EXPECT_NE(twice.message().find("id"), std::string::npos);
}

TEST(Targets, AFileWithoutAHeaderOfThisVersionIsRefused) {
  const auto message = [](const std::string& bytes) {
    try {
      TargetsReader({"t.jsonl", bytes}, {});
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::data);
      return error.message();
    }
    return std::string();
  };
  EXPECT_NE(message("").find("is empty"), std::string::npos);
  EXPECT_NE(message("{\"id\": 0}\n").find("no header"), std::string::npos);
  EXPECT_NE(message(R"({"inkling-targets": 2, "labels": ["a", "b"]})").find("version 2"),
            std::string::npos);
  EXPECT_NE(message(R"({"inkling-targets": 1, "labels": ["a", "a"]})").find("each once"),
            std::string::npos);
}

TEST(Targets, ProgressIsThatOfTheWholeLinesWhereverAFileIsCut) {
  std::string bytes = cat(kHead, "\n");
  std::vector<std::size_t> ends = {bytes.size()};
  for (int id = 0; id < 3; ++id) {
    Target target;
    target.id = 2 * id;
    target.probabilities = {.5, .5};
    target.text = "x";
    bytes += line_of(target, kHeader.labels);
    ends.push_back(bytes.size());
  }
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    const auto found = progress_of({"t.jsonl", std::string_view(bytes).substr(0, cut)}, {});
    const auto whole = std::upper_bound(ends.begin(), ends.end(), cut) - ends.begin();
    ASSERT_EQ(found.has_value(), whole > 0) << cut;
    if (!found) continue;
    EXPECT_EQ(found->bytes, ends[static_cast<std::size_t>(whole - 1)]);
    EXPECT_EQ(found->next_id, whole == 1 ? 0 : 2 * (whole - 2) + 1) << cut;
    EXPECT_EQ(found->header, kHeader);
  }
}

}  // namespace
}  // namespace inkling
