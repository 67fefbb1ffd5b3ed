// The folder of a distillation: what each stage left there, and what it was asked for.
//
//   DIR/distill.json        options of each stage that was begun
//   DIR/teacher.json        members, labels, temperature; DIR/teacher-N/ those that were trained
//   here DIR/out-of-fold.jsonl   what the teacher says of the labelled texts (formats/targets.h)
//   DIR/targets.jsonl       the targets; .part while it is written
//   DIR/student/, DIR/labels-alone/    model directories
//   DIR/round-N/     of each round from the second on: targets.jsonl, student/
//   DIR/report.json         the evaluation
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "inkling/api/distill_options.h"
#include "inkling/api/run_config.h"

namespace inkling::distill {

/// Teachers of an ensemble, at most.
constexpr std::size_t kMostMembers = 64;

enum class Stage { teacher, label, student, rounds, evaluate };

const char* to_string(Stage stage);

class Folder {
 public:
  Folder(const RunConfig& config, const DistillOptions& options)
      : path_(config.train.out), config_(config), options_(options) {}

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path teacher() const { return path_ / "teacher.json"; }
  std::filesystem::path member(std::size_t number) const;
  std::filesystem::path out_of_fold() const { return path_ / "out-of-fold.jsonl"; }
  /// @param round  from 1, whose targets are the teacher's
  std::filesystem::path targets(std::int64_t round = 1) const;
  std::filesystem::path student(std::int64_t round = 1) const;
  std::filesystem::path alone() const { return path_ / "labels-alone"; }
  std::filesystem::path report() const { return path_ / "report.json"; }

  /// How many rounds have left a student, one after the other from the first.
  std::int64_t rounds() const;

  /// Whether the stage's result is there, whole: that of rounds, of as many as are asked for.
  bool done(Stage stage) const;

  /// Called before a stage does anything: checks that what it reads is there and was made with the
  /// same options, and notes its own. What it left before is removed with train.replace.
  /// @return  whether there is something to do: false where train.resume finds it done
  /// @throws Error usage
  bool begin(Stage stage) const;

 private:
  std::filesystem::path round(std::int64_t number) const;
  bool begun(Stage stage) const;
  void remove(Stage stage) const;
  /// What the stage's result depends on, "section.option" -> value.
  std::map<std::string, std::string> values(Stage stage) const;

  std::filesystem::path path_;
  const RunConfig& config_;
  const DistillOptions& options_;
};

}  // namespace inkling::distill
