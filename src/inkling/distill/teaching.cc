#include "inkling/distill/teaching.h"

#include <algorithm>
#include <cmath>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/distill/teacher_training.h"
#include "inkling/metrics/metrics.h"

namespace inkling::distill {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

/// Whether `name` is a model directory; else it is to be trained.
bool is_model(const std::string& name) {
  return std::filesystem::is_directory(name);
}

/// @throws Error usage
void check_known(const std::string& name) {
  static const std::vector<std::string> kKinds = {"nb", "tfidf", "average"};
  if (is_model(name) || std::ranges::find(kKinds, name) != kKinds.end()) return;
  if (name.ends_with(".toml") && std::filesystem::exists(name)) return;
  throw Error(ErrorKind::usage, cat("there is no teacher '", name, "'"), {"", 0, "teacher"},
              cat(known_names_hint(name, kKinds), "; or give a model directory or a TOML file"));
}

/// The logarithms of probabilities as scores, with the split's labels as the truth.
Answers answers_of(const Shares& shares, const TextSplit& split) {
  constexpr double kLeast = 1e-300;
  Answers answers;
  answers.classes = static_cast<std::int32_t>(split.labels.size());
  for (const double share : shares) answers.scores.push_back(std::log(std::max(share, kLeast)));
  for (const PoolExample& example : split.pool) answers.truth.push_back(example.label);
  return answers;
}

/// All on each text's label.
Shares of_labels(const TextSplit& split) {
  Shares shares(split.pool.size() * split.labels.size(), 0);
  for (std::size_t i = 0; i < split.pool.size(); ++i) {
    shares[i * split.labels.size() + static_cast<std::size_t>(split.pool[i].label)] = 1;
  }
  return shares;
}

void write_out_of_fold(const Folder& folder, const TextSplit& split, const Shares& shares,
                       const std::string& digest) {
  AtomicFile file(folder.out_of_fold());
  file.write(line_of(TargetsHeader{split.labels, digest, ""}));
  const std::size_t labels = split.labels.size();
  for (std::size_t i = 0; i < split.pool.size(); ++i) {
    Target target;
    target.id = static_cast<std::int64_t>(i);
    target.label = split.pool[i].label;
    const auto row = shares.begin() + static_cast<std::ptrdiff_t>(i * labels);
    target.probabilities.assign(row, row + static_cast<std::ptrdiff_t>(labels));
    target.confidence = *std::ranges::max_element(target.probabilities);
    target.text = split.texts[i];
    file.write(line_of(target, split.labels));
  }
  file.commit();
}

json read_record(const Folder& folder) {
  const json record = json::parse(read_file(folder.teacher(), 16 << 20), nullptr, false);
  if (record.is_object() && record.contains("members") && record.contains("labels") &&
      record.contains("temperature") && record.contains("digest")) {
    return record;
  }
  throw Error(ErrorKind::data, "is no record of a teacher", {folder.teacher().string()},
              "train it again with --replace");
}

}  // namespace

json teach(const Folder& folder, const LabelledData& data, const RunConfig& config,
           const DistillOptions& options, Workers& workers) {
  const TextSplit& split = data.splits.train;
  for (const std::string& name : options.teacher) check_known(name);
  if (options.teacher.empty()) {
    throw Error(ErrorKind::usage, "there is no teacher", {"", 0, "teacher"}, "try --teacher nb");
  }
  if (options.teacher.size() > kMostMembers) {
    throw Error(ErrorKind::usage, cat("more than ", kMostMembers, " teachers"), {"", 0, "teacher"});
  }
  Sentences hidden = tested_sentences(config);
  hidden.insert(data.hidden.begin(), data.hidden.end());
  hidden.insert(data.splits.validation.texts.begin(), data.splits.validation.texts.end());
  json members = json::array();
  std::vector<std::filesystem::path> folders;
  Shares sum(split.pool.size() * split.labels.size(), 0);
  bool out_of_fold = true;
  for (std::size_t i = 0; i < options.teacher.size(); ++i) {
    const std::string& name = options.teacher[i];
    Shares shares;
    json member = {{"kind", name}};
    if (is_model(name)) {
      folders.push_back(std::filesystem::absolute(name).lexically_normal());
      log_warning(cat("the teacher ", name,
                      " may have seen the labelled texts: its answers to them are no out-of-fold "
                      "ones"));
      shares = Teacher({name}, split.labels, 1).shares(split.texts, workers);
    } else {
      TaughtTeacher made = taught(name, config, options, split, hidden, workers);
      folders.push_back(folder.member(i));
      shares = std::move(made.out_of_fold);
      ordered_json facts = {{"teacher", name}, {"labels", split.pool.size()}};
      if (made.penalty) {
        facts["penalty"] = *made.penalty;
        member["penalty"] = *made.penalty;
      }
      if (!shares.empty()) {
        facts["out-of-fold accuracy"] = made.accuracy;
        member["accuracy"] = made.accuracy;
      }
      if (!made.adapted) member["temperature"] = made.model.temperature;
      if (made.adapted != nullptr) {
        made.adapted->save(folders.back());
      } else {
        save_model(made.model, folders.back(), facts);
      }
    }
    member["folder"] =
        is_model(name) ? folders.back().string() : folders.back().filename().string();
    members.push_back(member);
    out_of_fold = out_of_fold && !shares.empty();
    for (std::size_t k = 0; k < shares.size(); ++k) {
      sum[k] += shares[k] / static_cast<double>(options.teacher.size());
    }
  }
  double temperature = 1;
  if (out_of_fold && options.teacher.size() > 1) {
    const Answers answers = answers_of(sum, split);
    temperature = fit_temperature(std::span(&answers, 1));
    sum = tempered(std::move(sum), split.labels.size(), temperature);
  }
  const Teacher teacher(folders, split.labels, temperature);
  write_out_of_fold(folder, split, out_of_fold ? sum : of_labels(split), teacher.digest());
  json record = {{"format", 1},
                 {"labels", split.labels},
                 {"temperature", temperature},
                 {"digest", teacher.digest()},
                 {"members", members}};
  if (out_of_fold) record["out_of_fold_accuracy"] = accuracy(answers_of(sum, split));
  write_file(folder.teacher(), record.dump(2) + "\n");
  return record;
}

std::vector<std::filesystem::path> members_in(const Folder& folder) {
  std::vector<std::filesystem::path> members;
  const json record = read_record(folder);
  for (const json& member : record["members"]) {
    members.push_back(folder.path() / member.value("folder", ""));
  }
  return members;
}

Teacher teacher_in(const Folder& folder) {
  const json record = read_record(folder);
  Teacher teacher(members_in(folder), record["labels"].get<std::vector<std::string>>(),
                  record["temperature"].get<double>());
  if (teacher.digest() != record["digest"].get<std::string>()) {
    throw Error(ErrorKind::data, "a member of the teacher is another model than it was",
                {folder.teacher().string()}, "train the teacher again with --replace");
  }
  return teacher;
}

std::vector<Target> out_of_fold_targets(const Folder& folder) {
  const MappedFile bytes(folder.out_of_fold());
  TargetsReader reader({folder.out_of_fold(), bytes.bytes()}, {});
  std::vector<Target> targets;
  Target target;
  while (reader.next(target)) targets.push_back(std::move(target));
  return targets;
}

void check_targets_of(const std::filesystem::path& file, const std::string& digest) {
  const MappedFile bytes(file);
  const TargetsReader reader({file, bytes.bytes()}, {});
  if (reader.header().teacher == digest) return;
  throw Error(ErrorKind::usage, "the targets are of another teacher", {file.string()},
              "label again with --replace");
}

void check_targets_of(const Folder& folder) {
  check_targets_of(folder.targets(), read_record(folder)["digest"].get<std::string>());
}

}  // namespace inkling::distill
