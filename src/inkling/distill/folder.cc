#include "inkling/distill/folder.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"

namespace inkling::distill {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Values = std::map<std::string, std::string>;

constexpr std::array<Stage, 5> kStages = {Stage::teacher, Stage::label, Stage::student,
                                          Stage::rounds, Stage::evaluate};

/// Of [distill], what each stage is the first to depend on.
const std::set<std::string>& options_of(Stage stage) {
  static const std::set<std::string> teacher = {"teacher",        "labels",         "folds",
                                                "penalties",      "overlap",        "teacher-words",
                                                "teacher-ngrams", "teacher-buckets"};
  static const std::set<std::string> label = {"transfer"};
  static const std::set<std::string> student = {"targets", "soften", "label-share", "thresholds",
                                                "surest",  "weigh",  "alone-epochs"};
  static const std::set<std::string> none;
  return stage == Stage::teacher   ? teacher
         : stage == Stage::label   ? label
         : stage == Stage::student ? student
                                   : none;
}

/// Where something is computed, not what.
bool is_free(const std::string& section, const std::string& field) {
  static const std::set<std::string> of_train = {"out", "resume", "replace", "threads",
                                                 "checkpoint-every"};
  return (section == "train" && of_train.contains(field)) ||
         (section == "data" && field.starts_with("test"));
}

json read_notes(const fs::path& file) {
  if (!fs::exists(file)) return json::object();
  json notes = json::parse(read_file(file, 16 << 20), nullptr, false);
  if (!notes.is_object()) {
    throw Error(ErrorKind::data, "is no record of a distillation", {file.string()},
                "start anew with --replace");
  }
  return notes;
}

}  // namespace

const char* to_string(Stage stage) {
  constexpr std::array<const char*, 5> kNames = {"teacher", "label", "student", "rounds",
                                                 "evaluate"};
  return kNames[static_cast<std::size_t>(stage)];
}

fs::path Folder::member(std::size_t number) const {
  return path_ / cat("teacher-", number + 1);
}

fs::path Folder::round(std::int64_t number) const {
  return number == 1 ? path_ : path_ / cat("round-", number);
}
fs::path Folder::targets(std::int64_t number) const {
  return round(number) / "targets.jsonl";
}
fs::path Folder::student(std::int64_t number) const {
  return round(number) / "student";
}

std::int64_t Folder::rounds() const {
  std::int64_t count = 0;
  while (count < kMostRounds && fs::exists(student(count + 1) / "current")) ++count;
  return count;
}

bool Folder::done(Stage stage) const {
  switch (stage) {
    case Stage::teacher:
      return fs::exists(teacher());
    case Stage::label:
      return fs::exists(targets());
    case Stage::student:
      return fs::exists(student() / "current") && fs::exists(alone() / "current");
    case Stage::rounds:
      return options_.rounds == 1 || rounds() >= options_.rounds;
    case Stage::evaluate:
      return fs::exists(report());
  }
  return false;
}

bool Folder::begun(Stage stage) const {
  if (done(stage)) return true;
  if (stage == Stage::rounds) return fs::exists(round(2));
  if (stage == Stage::label) return fs::exists(targets().string() + ".part");
  return stage == Stage::student && (fs::exists(student()) || fs::exists(alone()));
}

void Folder::remove(Stage stage) const {
  switch (stage) {
    case Stage::teacher:
      for (std::size_t i = 0; i < kMostMembers; ++i) fs::remove_all(member(i));
      fs::remove(out_of_fold());
      fs::remove(teacher());
      return;
    case Stage::label:
      fs::remove(targets());
      fs::remove(targets().string() + ".part");
      return;
    case Stage::student:
      fs::remove_all(student());
      fs::remove_all(alone());
      fs::remove_all(path_ / "start");
      return;
    case Stage::rounds:
      for (std::int64_t i = 2; i <= kMostRounds; ++i) fs::remove_all(round(i));
      return;
    case Stage::evaluate:
      fs::remove(report());
  }
}

Values Folder::values(Stage stage) const {
  Values found;
  const ConfigValues all = config_values(config_);
  const auto add = [&](const char* section) {
    for (const auto& [field, text] : all.at(section)) {
      if (!is_free(section, field)) found[cat(section, ".", field)] = text;
    }
  };
  add("data");
  add("format");
  found["train.seed"] = all.at("train").at("seed");
  if (stage == Stage::student) {
    for (const char* section : {"text", "encoder", "method", "train"}) add(section);
  }
  DistillOptions copy = options_;
  const auto own = field_map(fields_of(copy));
  for (const Stage before : kStages) {
    if (before > stage) break;
    for (const std::string& option : options_of(before)) {
      found[cat(kDistillSection, ".", option)] = own.at(option);
    }
  }
  return found;
}

bool Folder::begin(Stage stage) const {
  const TrainOptions& train = config_.train;
  std::error_code failed;
  fs::create_directories(path_, failed);
  if (failed) {
    throw Error(ErrorKind::io, cat("cannot make the directory: ", failed.message()),
                {path_.string()}, "choose another --out");
  }
  const fs::path file = path_ / "distill.json";
  json notes = read_notes(file);
  if (train.replace) {
    for (const Stage after : kStages) {
      if (after < stage) continue;
      remove(after);
      notes.erase(to_string(after));
    }
  } else if (begun(stage) && !train.resume && stage != Stage::evaluate) {
    throw Error(ErrorKind::usage, cat("the stage '", to_string(stage), "' was begun there already"),
                {path_.string(), 0, "out"},
                "use --resume to go on with it, --replace to do it anew, or another --out");
  }
  for (const Stage before : kStages) {
    if (before > stage) break;
    if (before < stage && !done(before)) {
      throw Error(ErrorKind::usage, cat("the stage '", to_string(before), "' is not done"),
                  {path_.string(), 0, "out"},
                  cat("run `inkling distill ", to_string(before), "` first, or all of them"));
    }
    const json& noted = notes[to_string(before)];
    const Values now = values(before);
    for (const auto& [name, text] : noted.items()) {
      const auto found = now.find(name);
      if (found == now.end() || text == found->second) continue;
      throw Error(ErrorKind::usage,
                  cat("the stage '", to_string(before), "' was done with ", name, " = '",
                      text.get<std::string>(), "', not '", found->second, "'"),
                  {path_.string(), 0, name}, "give the same options, or do it anew with --replace");
    }
  }
  if (stage != Stage::evaluate && done(stage)) {
    log_info(cat("the stage '", to_string(stage), "' is done already"));
    return false;
  }
  notes[to_string(stage)] = values(stage);
  write_file(file, notes.dump(2) + "\n");
  return true;
}

}  // namespace inkling::distill
