#include "inkling/distill/distillation.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <unordered_set>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/progress.h"
#include "inkling/base/sha256.h"
#include "inkling/base/strings.h"
#include "inkling/distill/evaluation.h"
#include "inkling/distill/folder.h"
#include "inkling/distill/labelled_data.h"
#include "inkling/distill/labelling.h"
#include "inkling/distill/student.h"
#include "inkling/distill/teaching.h"
#include "inkling/methods/method_registry.h"
#include "inkling/train/session.h"

namespace inkling::distill {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

/// @throws Error usage, where the configuration is no student's
void check_student(const RunConfig& config) {
  if (!config.data.unlabelled.empty()) {
    throw Error(ErrorKind::usage, "the texts without a label are the transfer set here",
                {"", 0, "unlabelled"}, "give them by --transfer");
  }
  if (config.data.tasks_by != "single") {
    throw Error(ErrorKind::usage, "a distillation has one data set, not tasks", {"", 0, "tasks-by"},
                "use --tasks-by single");
  }
  const auto can = [](const Traits& t) { return !t.episodic && !t.self_supervised; };
  const Traits traits = make_method(config.method.name, config.method.options)->traits();
  if (can(traits)) return;
  throw Error(ErrorKind::usage,
              cat("a student learns from the labels of all texts as one task, and ",
                  config.method.name, traits.episodic ? " from episodes" : " from no label"),
              {"", 0, "method"}, cat("use one of: ", methods_that(can)));
}

class Distillation {
 public:
  Distillation(const RunConfig& config, const DistillOptions& options, Workers& workers)
      : config_(config),
        options_(options),
        workers_(workers),
        starts_(workers),
        folder_(config_, options_) {}

  json run() {
    check_student(config_);
    const bool all = options_.stage == "all";
    if (all || options_.stage == "rounds") check_rounds();
    if (all && config_.train.replace) {
      folder_.begin(Stage::teacher);
      config_.train.replace = false;
      config_.train.resume = true;
    }
    json report = {{"out", config_.train.out}, {"stage", options_.stage}};
    for (const Stage stage :
         {Stage::teacher, Stage::label, Stage::student, Stage::rounds, Stage::evaluate}) {
      if (!all && options_.stage != to_string(stage)) continue;
      if (stage == Stage::rounds && options_.rounds == 1) continue;
      if (folder_.begin(stage)) run(stage, report);
    }
    return report;
  }

 private:
  void run(Stage stage, json& report) {
    switch (stage) {
      case Stage::teacher:
        report["teacher"] = teach(folder_, data(), config_, options_, workers_);
        return;
      case Stage::label:
        report["targets"] = write_targets(teacher_in(folder_), folder_.targets());
        return;
      case Stage::student:
        report["student"] = train_students();
        return;
      case Stage::rounds:
        report["rounds"] = json::array();
        for (std::int64_t round = 2; round <= options_.rounds; ++round) {
          report["rounds"].push_back(taught_by_student(round));
        }
        return;
      case Stage::evaluate:
        report["models"] = evaluation(folder_, config_, workers_);
        write_file(folder_.report(), report["models"].dump(2) + "\n");
    }
  }

  /// The labelled data, read once.
  const LabelledData& data() {
    if (!data_) {
      data_ = labelled_data(config_, options_);
      const auto test = test_texts(config_);
      keep_from_test(data_->splits.train, test, "labelled");
      keep_from_test(data_->splits.validation, test, "validation");
    }
    return *data_;
  }

  /// @throws Error data, where texts of the split are tested and overlap is to be refused
  void keep_from_test(TextSplit& split, const std::unordered_set<std::string>& test,
                      const char* what) const {
    const auto tested = std::ranges::count_if(
        split.texts, [&](const std::string& text) { return test.contains(text); });
    if (tested == 0) return;
    const std::string found = cat(tested, " ", what, " texts stand in the test data too");
    if (options_.overlap != "leave-out") {
      throw Error(ErrorKind::data, found, {"", 0, "test"},
                  "give other test data, or --overlap leave-out");
    }
    split = part_of(split, [&](std::size_t i) { return !test.contains(split.texts[i]); });
    log_info(cat(found, " and are left out"));
  }

  /// @throws Error usage, where rounds are asked for and there are none, or what a round needs is
  /// not there
  void check_rounds() {
    surest_share(options_, 1);
    if (options_.rounds == 1) {
      if (options_.stage != "rounds") return;
      throw Error(ErrorKind::usage, "the first round is the student", {"", 0, "rounds"},
                  "give --rounds 2 or more");
    }
    if (!data().splits.validation.pool.empty()) return;
    throw Error(ErrorKind::usage,
                "a student that labels for the next has its confidence calibrated on labels that "
                "are held out, and none are",
                {"", 0, "holdout"}, "give --holdout 0.2, or --validation FILE");
  }

  /// A student on what the student of the round before says of the transfer set.
  json taught_by_student(std::int64_t round) {
    const std::filesystem::path before = folder_.student(round - 1);
    const Teacher teacher({before}, data().splits.train.labels, 1);
    const std::filesystem::path file = folder_.targets(round);
    std::filesystem::create_directories(file.parent_path());
    json report = {{"round", round}};
    if (!std::filesystem::exists(file)) report["targets"] = write_targets(teacher, file);
    check_targets_of(file, teacher.digest());
    StudentData student = student_of(round);
    report["student"] = counts_of(student);
    const std::string targets = sha256_of_file(file);
    report["student"].update(
        trained(config_, splits_of(std::move(student)), folder_.student(round), targets));
    return report;
  }

  /// @param file  to write
  json write_targets(const Teacher& teacher, const std::filesystem::path& file) {
    LabellingSetup setup;
    setup.teacher = &teacher;
    setup.first = out_of_fold_targets(folder_);
    setup.test = test_texts(config_);
    setup.leave_out = options_.overlap == "leave-out";
    setup.without = {data().splits.validation.texts.begin(), data().splits.validation.texts.end()};
    setup.without.insert(data().splits.train.texts.begin(), data().splits.train.texts.end());
    const auto files = text_stream(options_.transfer, config_.format);
    const auto hidden = text_stream(data().hidden);
    setup.texts = options_.labels > 0 && options_.transfer.empty() ? hidden.get() : files.get();
    setup.texts_digest = sha256_of(
        cat(digest_of(options_.transfer), sha256_of_file(folder_.out_of_fold()), options_.labels));
    setup.file = file;
    setup.resume = config_.train.resume;
    const LabellingOutcome outcome = label(setup, workers_);
    if (files->with_labels() > 0) {
      log_warning(cat(files->with_labels(),
                      " of the transfer texts carry a label: it was not looked at (give them by "
                      "--train where it is known)"));
    }
    if (outcome.lines == std::ssize(setup.first) && setup.texts == files.get() &&
        !options_.transfer.empty()) {
      log_warning("no transfer text is left: the student sees the labelled texts alone");
    }
    if (outcome.of_test > 0) {
      log_info(cat(outcome.of_test, " transfer texts stand in the test data and are left out"));
    }
    if (outcome.repeated > 0) {
      log_info(
          cat(outcome.repeated, " transfer texts stand in the labelled data too and are left out"));
    }
    return {{"file", file.string()},
            {"texts", outcome.lines},
            {"left_out", outcome.of_test + outcome.repeated}};
  }

  StudentData student_of(std::int64_t round) {
    return student_data(folder_.targets(round), data().splits.train.labels, options_,
                        {round, reads_unlabelled(config_)});
  }

  static json counts_of(const StudentData& student) {
    json counts = {{"texts", student.counts.texts},
                   {"labelled", student.counts.labelled},
                   {"corrected", student.counts.corrected},
                   {"left_out", student.counts.left_out}};
    if (!student.unlabelled.empty()) counts["unlabelled"] = student.unlabelled.size();
    return counts;
  }

  TrainingSplits splits_of(StudentData student) {
    return {std::move(student.split), data().splits.validation,
            unlabelled_split(std::move(student.unlabelled))};
  }

  json train_students() {
    check_targets_of(folder_);
    StudentData student = student_of(1);
    json report = counts_of(student);
    RunConfig alone = alone_config();
    alone.train.epochs = options_.alone_epochs;
    alone.train.steps = steps_of(student.counts.texts);
    const std::string targets = sha256_of_file(folder_.targets());
    report["student"] = trained(config_, splits_of(std::move(student)), folder_.student(), targets);
    report["labels-alone"] =
        trained(alone, {data().splits.train, data().splits.validation}, folder_.alone(), "");
    return report;
  }

  /// That of the student on the labels alone: one that reads no other texts.
  RunConfig alone_config() const {
    if (!reads_unlabelled(config_)) return config_;
    ConfigValues values = config_values(config_);
    values["method"] = {{"name", "supervised"}};
    return config_from_values(values);
  }

  std::int64_t steps_of(std::int64_t texts) const {
    const TrainOptions& train = config_.train;
    if (train.epochs == 0) return train.steps;
    const std::int64_t batch = std::min(train.batch, texts);
    return train.epochs * ((texts + batch - 1) / batch);
  }

  /// Trains in `folder`, goes on there or leaves it as it is.
  /// @param targets  names what it learns from
  json trained(RunConfig config, TrainingSplits splits, const std::filesystem::path& folder,
               const std::string& targets) {
    const std::filesystem::path note = folder / "targets.sha256";
    if (std::filesystem::exists(note) && read_file(note) != targets) {
      throw Error(ErrorKind::usage, "was trained on other targets than there are now",
                  {folder.string()},
                  folder == folder_.student(1)
                      ? "train it anew: `inkling distill student --replace`"
                      : "remove that folder, and those of later rounds, and it is trained anew");
    }
    if (std::filesystem::exists(folder / "current")) return {{"model", folder.string()}};
    std::filesystem::create_directories(folder);
    write_file(note, targets);
    config.train.out = folder.string();
    const auto start = std::chrono::steady_clock::now();
    RunConfig begun = config_;
    begun.train.resume = true;
    begun.train.replace = false;
    const auto first = starts_.of(begun, folder_.path());
    TrainingSession session(config, std::move(splits), workers_, first.get());
    if (session.start()) note_start(*session.start(), folder, true);
    TrainingOutcome outcome = session.run(folder, true, workers_);
    const double temperature = session.calibrated(outcome.params, workers_);
    ordered_json facts = {{"steps", outcome.steps}, {"best step", outcome.best_step}};
    json report = {{"model", folder.string()}, {"steps", outcome.steps}};
    if (outcome.validation) {
      facts["validation accuracy"] = std::round(*outcome.validation * 100) / 100;
      report["validation"] = *outcome.validation;
      report["best_step"] = outcome.best_step;
    }
    if (!data().splits.validation.pool.empty()) report["temperature"] = temperature;
    if (!targets.empty()) facts["learned from targets"] = targets;
    if (session.start()) add_start(*session.start(), facts);
    save_model(std::move(session).model(std::move(outcome), temperature), folder, facts);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    report["seconds"] = std::round(spent.count() * 10) / 10;
    return report;
  }

  RunConfig config_;
  DistillOptions options_;
  Workers& workers_;
  Starts starts_;
  Folder folder_;
  std::optional<LabelledData> data_;
};

}  // namespace

json distillation_report(const RunConfig& config, const DistillOptions& options, Workers& workers) {
  return Distillation(config, options, workers).run();
}

}  // namespace inkling::distill
