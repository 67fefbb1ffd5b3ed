#include "inkling/distill/distillation.h"

#include <gtest/gtest.h>

#include <set>

#include "inkling/distill/teacher.h"
#include "inkling/distill/test_help.h"
#include "inkling/formats/targets.h"
#include "inkling/tensor/test_help.h"

namespace inkling::distill {
namespace {

using inkling::testing_help::error_of;
using nlohmann::json;
using testing_help::Files;
using testing_help::line;
using testing_help::reviews;
using testing_help::small_config;
using testing_help::small_options;

struct Distilled {
  Files files;
  RunConfig config = small_config(files);
  DistillOptions options = small_options(files);

  json operator()(const std::string& stage = "all") {
    options.stage = stage;
    Workers workers(2);
    return distillation_report(config, options, workers);
  }
  std::filesystem::path out() const { return config.train.out; }
  std::string targets() const { return read_file(out() / "targets.jsonl"); }
  /// What is said of the texts, without the header, which knows where they lie.
  std::string answers() const { return targets().substr(targets().find('\n')); }
  std::string digest() const {
    return json::parse(read_file(out() / "teacher.json"))["digest"].get<std::string>();
  }
};

std::vector<Target> targets_in(const std::string& bytes) {
  TargetsReader reader({"t", bytes}, {});
  std::vector<Target> all;
  Target target;
  while (reader.next(target)) all.push_back(target);
  return all;
}

TEST(Distillation, AllStagesAreTheFourOneAfterTheOther) {
  Distilled whole;
  const json report = whole();
  for (const char* model : {"teacher", "student", "labels-alone"}) {
    EXPECT_GT(report["models"][model]["metrics"]["accuracy"]["value"].get<double>(), 90) << model;
    EXPECT_GT(report["models"][model]["bytes"].get<double>(), 0);
  }
  EXPECT_EQ(report["targets"]["texts"], 140);
  EXPECT_EQ(report["student"]["labelled"], 60);
  EXPECT_GT(report["models"]["student"]["agreement"].get<double>(), 90);
  Distilled parts;
  json last;
  for (const char* stage : {"teacher", "label", "student", "evaluate"}) last = parts(stage);
  EXPECT_EQ(parts.answers(), whole.answers());
  EXPECT_EQ(last["models"]["student"]["metrics"], report["models"]["student"]["metrics"]);
  EXPECT_EQ(last["models"]["labels-alone"]["metrics"], report["models"]["labels-alone"]["metrics"]);
}

TEST(Distillation, ATeacherNeverSeesTestOrValidationLabels) {
  const auto run = [](const char* good, const char* bad) {
    auto made = std::make_unique<Distilled>();
    std::string held;
    std::string tested;
    for (int i = 0; i < 10; ++i) {
      held += line(cat("held ", i, " fine"), good) + line(cat("held ", i, " poor"), bad);
      tested += line(cat("tested ", i, " fine"), good) + line(cat("tested ", i, " poor"), bad);
    }
    made->config.data.validation = {made->files.write("validation.jsonl", held)};
    made->config.data.test = {made->files.write("test.jsonl", tested)};
    (*made)("teacher");
    (*made)("label");
    return made;
  };
  const auto right = run("good", "bad");
  const auto wrong = run("bad", "good");
  EXPECT_EQ(right->digest(), wrong->digest());
  EXPECT_EQ(right->answers(), wrong->answers());
  // The same of what is held out of the labelled data.
  Distilled held;
  held.config.data.holdout = .2;
  held("teacher");
  held("label");
  std::set<std::string> taught;
  for (const Target& target : targets_in(held.targets())) {
    if (target.label) taught.insert(target.text);
  }
  EXPECT_EQ(taught.size(), 48);
}

TEST(Distillation, LabellingCutAnywhereResumesToTheSameFile) {
  Distilled run;
  run("teacher");
  run("label");
  const std::string whole = run.targets();
  run.config.train.resume = true;
  for (const std::size_t cut : {std::size_t{0}, std::size_t{40}, whole.size() / 3,
                                whole.size() / 2 + 1, whole.size() - 1, whole.size()}) {
    std::filesystem::remove(run.out() / "targets.jsonl");
    write_file(run.out() / "targets.jsonl.part", whole.substr(0, cut));
    run("label");
    EXPECT_TRUE(run.targets() == whole) << cut;
    EXPECT_FALSE(std::filesystem::exists(run.out() / "targets.jsonl.part"));
  }
}

TEST(Distillation, ALabellingBegunWithOtherTextsIsNotGoneOnWith) {
  Distilled run;
  run("teacher");
  run("label");
  std::filesystem::rename(run.out() / "targets.jsonl", run.out() / "targets.jsonl.part");
  run.config.train.resume = true;
  run.files.write("transfer.jsonl", reviews(39, 100, false));
  const Error error = error_of([&] { run("label"); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_NE(error.hint().find("--replace"), std::string::npos);
}

TEST(Distillation, ATransferTextOfTheTestDataIsRefusedOrLeftOut) {
  Distilled run;
  run.options.transfer = {run.files.write(
      "transfer.jsonl", reviews(4, 100, false) + reviews(1, 500, false) + reviews(1, 0, false))};
  const Error error = error_of([&] { run(); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_NE(error.message().find("number 500 was"), std::string::npos) << error.message();
  EXPECT_NE(error.hint().find("leave-out"), std::string::npos);
  run.config.train.replace = true;
  run.options.overlap = "leave-out";
  const json report = run();
  EXPECT_EQ(report["targets"]["texts"], 68);
  // Two of the test data, two that are labelled already.
  EXPECT_EQ(report["targets"]["left_out"], 4);
}

TEST(Distillation, ALabelledTextOfTheTestDataIsRefusedOrLeftOut) {
  Distilled run;
  run.config.data.test = {
      run.files.write("both.jsonl", reviews(8, 500, true) + reviews(1, 0, true))};
  const Error error = error_of([&] { run("teacher"); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_NE(error.message().find("labelled texts stand in the test data"), std::string::npos)
      << error.message();
  EXPECT_NE(error.hint().find("leave-out"), std::string::npos);
  run.config.train.replace = true;
  run.options.overlap = "leave-out";
  run("teacher");
}

TEST(Distillation, ATextOfTheTestDataThatTheStudentSawIsFoundWhenTested) {
  Distilled run;
  const auto test = run.config.data.test;
  run.config.data.test.clear();
  run.options.transfer = {run.files.write("transfer.jsonl", reviews(8, 500, false))};
  for (const char* stage : {"teacher", "label", "student"}) run(stage);
  run.config.data.test = test;
  const Error error = error_of([&] { run("evaluate"); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_EQ(error.where().line, 62);
}

TEST(Distillation, CorrectedTargetsAskForAnotherStudent) {
  Distilled run;
  run();
  std::string bytes = run.targets();
  const std::size_t place = bytes.rfind("{\"id\": ");
  bytes.insert(place + 1, "\"corrected\": \"good\", ");
  write_file(run.out() / "targets.jsonl", bytes);
  run.config.train.resume = true;
  std::filesystem::remove(run.out() / "labels-alone" / "current");
  const Error error = error_of([&] { run("student"); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_NE(error.message().find("other targets"), std::string::npos);
  run.config.train.resume = false;
  run.config.train.replace = true;
  EXPECT_EQ(run("student")["student"]["corrected"], 1);
}

TEST(Distillation, AStageThatWasBegunAsksWhatToDo) {
  Distilled run;
  run("teacher");
  EXPECT_EQ(error_of([&] { run("teacher"); }).where().field, "out");
  EXPECT_NE(error_of([&] { run("student"); }).hint().find("distill label"), std::string::npos);
  run.config.train.resume = true;
  run("teacher");
  run.options.folds = 2;
  const Error other = error_of([&] { run("label"); });
  EXPECT_EQ(other.kind(), ErrorKind::usage);
  EXPECT_EQ(other.where().field, "distill.folds");
}

TEST(Distillation, TeachersTogetherAnswerTheMeanAndATrainedModelIsOne) {
  Distilled run;
  run("teacher");
  run("label");
  Distilled ensemble;
  ensemble.options.teacher = {(run.out() / "teacher-1").string(), "tfidf"};
  ensemble("teacher");
  ensemble("label");
  Distilled second;
  second.options.teacher = {"tfidf"};
  second("teacher");
  second("label");
  const auto a = targets_in(run.targets());
  const auto b = targets_in(second.targets());
  const auto mean = targets_in(ensemble.targets());
  ASSERT_EQ(mean.size(), a.size());
  for (std::size_t i = 60; i < a.size(); ++i) EXPECT_EQ(mean[i].text, a[i].text);
  const json record = json::parse(read_file(ensemble.out() / "teacher.json"));
  EXPECT_EQ(record["members"].size(), 2);
  if (record["temperature"] == 1) {
    for (std::size_t i = 60; i < a.size(); ++i) {
      EXPECT_NEAR(mean[i].probabilities[0], (a[i].probabilities[0] + b[i].probabilities[0]) / 2,
                  2e-6);
    }
  }
}

TEST(Distillation, ATeacherOfOtherLabelsIsRefused) {
  Distilled run;
  run("teacher");
  Distilled other;
  std::string lines;
  for (int i = 0; i < 10; ++i) {
    lines += line(cat("x ", i), "fair") + line(cat("y ", i), "bad");
  }
  other.config.data.train = {other.files.write("train.jsonl", lines)};
  other.options.teacher = {(run.out() / "teacher-1").string()};
  const Error error = error_of([&] { other("teacher"); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_EQ(error.where().field, "teacher");
  EXPECT_NE(error.message().find("bad, fair"), std::string::npos) << error.message();
}

/// With labels held out to calibrate the students.
struct InRounds : Distilled {
  explicit InRounds(std::int64_t rounds) {
    options.rounds = rounds;
    config.data.holdout = .2;
  }
  std::filesystem::path round(int number, const char* what) const {
    return out() / cat("round-", number) / what;
  }
};

TEST(Distillation, EachRoundsTargetsAreTheCalibratedAnswersOfTheStudentBefore) {
  InRounds run(3);
  const json report = run();
  ASSERT_EQ(report["rounds"].size(), 2);
  for (const char* model : {"teacher", "student", "round-2", "round-3", "labels-alone"}) {
    EXPECT_GT(report["models"][model]["metrics"]["accuracy"]["value"].get<double>(), 80) << model;
  }
  const auto second = targets_in(read_file(run.round(2, "targets.jsonl")));
  const auto first = targets_in(run.targets());
  ASSERT_EQ(second.size(), first.size());
  const Teacher student({run.out() / "student"}, {"bad", "good"}, 1);
  std::vector<std::string> texts;
  for (const Target& target : second) texts.push_back(target.text);
  Workers workers(1);
  const Shares shares = student.shares(texts, workers);
  for (std::size_t i = 0; i < second.size(); ++i) {
    EXPECT_EQ(second[i].text, first[i].text);
    EXPECT_EQ(second[i].label, first[i].label);
    if (second[i].label) {
      EXPECT_EQ(second[i].probabilities, first[i].probabilities) << "the student has seen it";
    } else {
      EXPECT_NEAR(second[i].probabilities[0], shares[2 * i], 1e-5);
    }
  }
  EXPECT_TRUE(report["rounds"][0]["student"].contains("temperature"));
}

TEST(Distillation, MoreRoundsGoOnFromThoseThatAreThere) {
  InRounds whole(3);
  whole();
  InRounds longer(2);
  longer.files.write("transfer.jsonl", reviews(40, 100, false));
  longer();
  EXPECT_FALSE(std::filesystem::exists(longer.round(3, "student")));
  longer.options.rounds = 3;
  EXPECT_EQ(error_of([&] { longer("rounds"); }).where().field, "out");
  longer.config.train.resume = true;
  longer("rounds");
  const auto answers = [](const std::string& bytes) { return bytes.substr(bytes.find('\n')); };
  EXPECT_EQ(answers(read_file(longer.round(3, "targets.jsonl"))),
            answers(read_file(whole.round(3, "targets.jsonl"))));
  EXPECT_TRUE(read_file(longer.round(3, "student") / "versions/1/model.safetensors") ==
              read_file(whole.round(3, "student") / "versions/1/model.safetensors"));
}

TEST(Distillation, ARoundOfAnotherStudentIsNotGoneOnWith) {
  InRounds run(2);
  run();
  std::filesystem::remove_all(run.round(2, "student"));
  std::string bytes = read_file(run.round(2, "targets.jsonl"));
  const std::string mark = "\"teacher\": \"";
  bytes[bytes.find(mark) + mark.size()] ^= 1;
  write_file(run.round(2, "targets.jsonl"), bytes);
  run.config.train.resume = true;
  const Error error = error_of([&] { run("rounds"); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_NE(error.message().find("another teacher"), std::string::npos) << error.message();
  run.config.train.resume = false;
  run.config.train.replace = true;
  EXPECT_EQ(run("student").contains("rounds"), false);
  EXPECT_FALSE(std::filesystem::exists(run.out() / "round-2")) << "what follows goes too";
}

TEST(Distillation, RoundsWithoutLabelsHeldOutAreRefused) {
  Distilled run;
  run.options.rounds = 2;
  run.config.data.holdout = 0;
  const Error error = error_of([&] { run(); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.where().field, "holdout");
  run.options.rounds = 1;
  EXPECT_EQ(error_of([&] { run("rounds"); }).where().field, "rounds");
}

TEST(Distillation, AStudentOfTextsWithoutTargetsIsTrainedBesideOneOfLabelsAlone) {
  Distilled run;
  run.config = small_config(
      run.files,
      {{"method", {{"name", "fixmatch"}, {"calibration-batch", "0"}, {"least-confidence", "0.6"}}},
       {"data", {{"holdout", "0"}}}});
  run.options.targets = "none";
  const json report = run();
  EXPECT_EQ(report["student"]["texts"], 60);
  EXPECT_EQ(report["student"]["unlabelled"], 80);
  EXPECT_GT(report["models"]["student"]["metrics"]["accuracy"]["value"].get<double>(), 90);
  run.config.data.unlabelled = {"more.txt"};
  EXPECT_EQ(error_of([&] { run(); }).where().field, "unlabelled");
}

TEST(Distillation, WhatIsNoTeacherOrStudentIsRefused) {
  Distilled run;
  run.options.teacher = {"nbb"};
  EXPECT_NE(error_of([&] { run(); }).hint().find("nb"), std::string::npos);
  Distilled episodic;
  episodic.config = small_config(episodic.files,
                                 {{"method", {{"name", "maml"}}}, {"episodes", {{"shots", "0"}}}});
  EXPECT_EQ(error_of([&] { episodic(); }).where().field, "method");
}

}  // namespace
}  // namespace inkling::distill
