#include "inkling/distill/student.h"

#include <gtest/gtest.h>

#include "inkling/distill/test_help.h"
#include "inkling/formats/targets.h"
#include "inkling/tensor/test_help.h"

namespace inkling::distill {
namespace {

using inkling::testing_help::error_of;
using testing_help::Files;

const std::vector<std::string> kLabels = {"bad", "good"};

struct Line {
  double bad;
  std::optional<std::int64_t> label = {};
  std::optional<std::int64_t> corrected = {};
};

std::string file_of(const Files& files, const std::vector<Line>& lines,
                    const std::vector<std::string>& labels = kLabels) {
  std::string bytes = line_of(TargetsHeader{labels, "t", ""});
  for (std::size_t i = 0; i < lines.size(); ++i) {
    Target target;
    target.id = static_cast<std::int64_t>(i);
    target.probabilities = {lines[i].bad, 1 - lines[i].bad};
    target.confidence = std::max(lines[i].bad, 1 - lines[i].bad);
    target.label = lines[i].label;
    target.corrected = lines[i].corrected;
    target.text = cat("text ", i);
    bytes += line_of(target, labels);
  }
  return files.write("targets.jsonl", bytes);
}

TEST(Student, LabelsHaveTheirShareAndCorrectedOnesAll) {
  const Files files;
  DistillOptions options;
  options.label_share = .25;
  options.soften = 3;
  const StudentData data =
      student_data(file_of(files, {{.9}, {.9, 1}, {.9, 1, 0}, {.2, {}, 0}}), kLabels, options);
  const SoftLabels& soft = data.split.soft;
  EXPECT_EQ(soft.labelled, (std::vector<float>{0, .25F, 1, 1}));
  EXPECT_EQ(soft.temperature, 3);
  EXPECT_TRUE(soft.weights.empty());
  std::vector<std::int32_t> classes;
  for (const PoolExample& example : data.split.pool) classes.push_back(example.label);
  EXPECT_EQ(classes, (std::vector<std::int32_t>{0, 1, 0, 0}));
  EXPECT_NEAR(soft.shares[6], .2, 1e-6);
  EXPECT_EQ(data.counts.corrected, 2);
  EXPECT_EQ(data.counts.labelled, 2);
}

TEST(Student, TheFilesOrderOfLabelsDoesNotMatter) {
  const Files files;
  const StudentData data = student_data(file_of(files, {{.9}, {.2}}, {"good", "bad"}), kLabels, {});
  EXPECT_EQ(data.split.pool[0].label, 1);
  EXPECT_NEAR(data.split.soft.shares[1], .9, 1e-6);
}

TEST(Student, HardTargetsAreOfTheLikeliest) {
  const Files files;
  DistillOptions options;
  options.targets = "hard";
  const StudentData data = student_data(file_of(files, {{.6}, {.3}}), kLabels, options);
  EXPECT_EQ(data.split.soft.shares, (std::vector<float>{1, 0, 0, 1}));
}

TEST(Student, ThresholdsOfALabelLeaveUnsureTextsOut) {
  const Files files;
  DistillOptions options;
  options.thresholds = {"0.6", "bad=0.95"};
  const StudentData data =
      student_data(file_of(files, {{.9}, {.96}, {.3}, {.45}, {.9, 0}}), kLabels, options);
  EXPECT_EQ(data.split.texts, (std::vector<std::string>{"text 1", "text 2", "text 4"}));
  EXPECT_EQ(data.counts.left_out, 2);
}

TEST(Student, ConfidenceWeighsFromGuessingToSure) {
  const Files files;
  DistillOptions options;
  options.weigh = "confidence";
  const StudentData data =
      student_data(file_of(files, {{.5}, {.75}, {0}, {.5, 1}}), kLabels, options);
  // 0, 1/2, 1, and a label's 1: made so that their mean is one.
  const auto& weights = data.split.soft.weights;
  EXPECT_EQ(weights[0], 0);
  EXPECT_NEAR(weights[1], .5 * 4 / 2.5, 1e-6);
  EXPECT_NEAR(weights[2], 4 / 2.5, 1e-6);
  EXPECT_NEAR(weights[3], 4 / 2.5, 1e-6);
}

TEST(Student, WhatTeachesNothingIsAnError) {
  const Files files;
  const auto message = [&](const std::string& file, const DistillOptions& options = {}) {
    const Error error = error_of([&] { student_data(file, kLabels, options); });
    EXPECT_EQ(error.kind(), ErrorKind::data);
    return error.message();
  };
  EXPECT_NE(message(file_of(files, {})).find("no target"), std::string::npos);
  EXPECT_NE(message(file_of(files, {{.1}, {.2}})).find("all 2 texts have the label 'good'"),
            std::string::npos);
  EXPECT_NE(message(file_of(files, {{.1}, {.9}}, {"bad", "fair"})).find("bad, fair"),
            std::string::npos);
  DistillOptions strict;
  strict.thresholds = {"0.99"};
  EXPECT_NE(message(file_of(files, {{.1}, {.9}}), strict).find("threshold"), std::string::npos);
}

TEST(Student, AllBelowTheThresholdIsSaidThoughLabelsAreLeft) {
  const Files files;
  DistillOptions options;
  options.thresholds = {"0.95"};
  const Error error = error_of(
      [&] { student_data(file_of(files, {{.9, 0}, {.1, 1}, {.8}, {.125}}), kLabels, options); });
  EXPECT_EQ(error.where().field, "thresholds");
  EXPECT_NE(error.message().find("none of its 2 texts without a label"), std::string::npos);
  EXPECT_NE(error.message().find("0.8750"), std::string::npos) << error.message();
}

TEST(Student, ARoundIsShownTheSurestOfEachPredictedLabel) {
  const Files files;
  DistillOptions options;
  options.surest = {"0.5", "0.75"};
  const std::string file =
      file_of(files, {{.51}, {.99}, {.7}, {.8}, {.4}, {.3}, {.45, 1}, {.2}, {.9, {}, 1}, {.1}});
  const auto texts = [&](std::int64_t round) {
    return student_data(file, kLabels, options, {round}).split.texts;
  };
  // Of bad .51 .99 .7 .8, of good .6 .7 .8 .9; a label of their own keeps two more.
  EXPECT_EQ(texts(1),
            (std::vector<std::string>{"text 1", "text 3", "text 6", "text 7", "text 8", "text 9"}));
  EXPECT_EQ(texts(2).size(), 8U);
  EXPECT_EQ(texts(5), texts(2)) << "the last goes on";
  options.thresholds = {"bad=0.9"};
  EXPECT_EQ(texts(1).size(), 5U) << "both hold";
  for (const char* wrong : {"0", "1.5", "x", "-1"}) {
    options.surest = {"1", wrong};
    const Error error = error_of([&] { surest_share(options, 1); });
    EXPECT_EQ(error.kind(), ErrorKind::usage) << wrong;
    EXPECT_EQ(error.where().field, "surest");
  }
}

TEST(Student, WithoutTargetsLabelsTeachAndTheOtherTextsAreRead) {
  const Files files;
  const std::string file = file_of(files, {{.9, 1}, {.2}, {.6, 0}, {.7}, {.3, {}, 0}});
  DistillOptions options;
  options.targets = "none";
  const StudentData none = student_data(file, kLabels, options, {1, true});
  EXPECT_EQ(none.split.texts, (std::vector<std::string>{"text 0", "text 2", "text 4"}));
  EXPECT_EQ(none.unlabelled, (std::vector<std::string>{"text 1", "text 3"}));
  const Error error = error_of([&] { student_data(file, kLabels, options); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.where().field, "targets");
  EXPECT_NE(error.hint().find("fixmatch"), std::string::npos) << error.hint();
  options.targets = "soft";
  options.thresholds = {"0.75"};
  const StudentData both = student_data(file, kLabels, options, {1, true});
  EXPECT_EQ(both.split.texts.size(), 4U);
  EXPECT_EQ(both.unlabelled, none.unlabelled) << "what is left out is read all the same";
  EXPECT_TRUE(student_data(file, kLabels, options).unlabelled.empty());
}

TEST(Student, BadThresholdsAreErrorsThatQuoteThem) {
  for (const char* bad : {"x", "2", "good=", "godo=0.5"}) {
    DistillOptions options;
    options.thresholds = {bad};
    const Error error = error_of([&] { thresholds_of(options, kLabels); });
    EXPECT_EQ(error.kind(), ErrorKind::usage) << bad;
    EXPECT_EQ(error.where().field, "thresholds");
  }
}

}  // namespace
}  // namespace inkling::distill
