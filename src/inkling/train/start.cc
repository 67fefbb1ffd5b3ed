#include "inkling/train/start.h"

#include <algorithm>
#include <set>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/progress.h"
#include "inkling/base/sha256.h"
#include "inkling/base/strings.h"
#include "inkling/tasks/task_registry.h"
#include "inkling/train/session.h"
#include "inkling/train/streams.h"

namespace inkling {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "start";
constexpr const char* kNote = "start.json";
constexpr const char* kOf = "made-of.sha256";  ///< of key_of

bool is_file(const std::string& start) {
  return start.ends_with(".toml");
}

/// Options of encoders that say where parameters begin or what training does to them, and not what
/// is computed of a text: they may differ. Sizes are those of the parameters.
bool is_free(const std::string& option) {
  static const std::set<std::string> free = {"dropout",        "input-dropout", "tune-vectors",
                                             "scale",          "vector-scale",  "vectors",
                                             "centre-vectors", "dimensions"};
  return free.contains(option);
}

[[noreturn]] void refuse(const std::string& start, const std::string& option,
                         const std::string& has, const std::string& asked) {
  const auto quoted = [](const std::string& text) { return cat("'", text, "'"); };
  throw Error(ErrorKind::usage,
              cat("the model to start at has ", option, " ", quoted(has), ", and ", quoted(asked),
                  " is asked for"),
              {start, 0, option},
              has.empty() ? cat("leave out --", option) : cat("give --", option, " ", has));
}

void check_section(const std::map<std::string, std::string>& has,
                   const std::map<std::string, std::string>& asked, const std::string& start) {
  for (const auto& [option, text] : asked) {
    const auto found = has.find(option);
    if (is_free(option) || found == has.end() || found->second == text) continue;
    refuse(start, option, found->second, text);
  }
}

/// Whether a model of the configuration `own` reads texts as `config` says.
/// @param start  names it
void check_agrees(const RunConfig& config, const RunConfig& own, const std::string& start) {
  const auto task = make_task(config.task.name, config.task.options);
  const auto other = make_task(own.task.name, own.task.options);
  if (task->reads_text() != other->reads_text() || task->reads_pairs() != other->reads_pairs()) {
    refuse(start, "task", own.task.name, config.task.name);
  }
  if (own.encoder.name != config.encoder.name) {
    refuse(start, "encoder", own.encoder.name, config.encoder.name);
  }
  const ConfigValues has = config_values(own);
  const ConfigValues asked = config_values(config);
  check_section(has.at("encoder"), asked.at("encoder"), start);
  if (task->reads_text()) check_section(has.at("text"), asked.at("text"), start);
}

/// What a file's training is, started for `config`.
RunConfig configuration_in(const std::string& file, const RunConfig& config) {
  RunConfig own = config_from_values(read_config(file));
  own.train.seed = config.train.seed;
  own.train.threads = config.train.threads;
  return own;
}

/// What a training of a file depends on.
std::string key_of(const RunConfig& own, const Sentences& hidden) {
  ConfigValues values = config_values(own);
  values.erase("eval");
  for (const char* option : {"threads", "out", "resume", "replace"}) values["train"].erase(option);
  std::vector<std::string_view> sentences(hidden.begin(), hidden.end());
  std::ranges::sort(sentences);
  std::string text = nlohmann::json(values).dump();
  for (const std::string_view sentence : sentences) text += cat("\n", sentence);
  return sha256_of(text) + "\n";
}

/// "30002 x 100".
std::string shape_text(const Tensor& tensor) {
  std::vector<std::string> sizes;
  for (const std::int64_t size : tensor.sizes()) sizes.push_back(std::to_string(size));
  return join(sizes, " x ");
}

/// Whether a class is whatever the task at hand says, and the head one for so many of them.
bool of_any_classes(const Learner& learner) {
  return learner.tasks_by() == TasksBy::label && learner.method().traits().episodic;
}

bool same_classes(const Learner& a, const Learner& b) {
  if (a.config().task.name != b.config().task.name) return false;
  if (of_any_classes(a) || of_any_classes(b)) return of_any_classes(a) && of_any_classes(b);
  return a.labels() == b.labels();
}

}  // namespace

std::shared_ptr<const TrainedModel> Starts::of(const RunConfig& config, const fs::path& folder) {
  const std::string& start = config.train.start;
  if (start.empty()) return nullptr;
  if (!is_file(start)) {
    auto& found = known_[cat("model ", start)];
    if (!found) found = load_trained(start);
    return found;
  }
  if (std::ranges::find(files_, start) != files_.end()) {
    throw Error(ErrorKind::usage, "the training that it describes starts at itself",
                {start, 0, "start"}, "name a model directory, or another file");
  }
  const RunConfig own = configuration_in(start, config);
  check_agrees(config, own, start);
  const Sentences outer = hidden_;
  hidden_.merge(tested_sentences(config));
  const std::string key = key_of(own, hidden_);
  auto& found = known_[key];
  if (!found) {
    files_.push_back(start);
    found = made(own, key, folder, config.train);
    files_.pop_back();
  }
  hidden_ = outer;
  return found;
}

std::shared_ptr<const TrainedModel> Starts::made(const RunConfig& own, const std::string& key,
                                                 const fs::path& folder,
                                                 const TrainOptions& asked) {
  const fs::path kept = folder.empty() ? fs::path() : folder / kFolder;
  RunConfig config = own;
  config.train.out = kept.string();
  config.train.resume = asked.resume;
  config.train.replace = asked.replace;
  if (!kept.empty()) {
    if (asked.replace) fs::remove_all(kept);
    const fs::path note = kept / kOf;
    if (fs::exists(kept / "current") || (fs::exists(kept) && asked.resume)) {
      if (!fs::exists(note) || read_file(note, 1 << 10) != key) {
        throw Error(ErrorKind::usage,
                    cat("the model here is not of ", files_.back(),
                        " as it is now, beside what is tested on now"),
                    {kept.string()},
                    "restore these, or start anew with --replace or another --out");
      }
    } else if (fs::exists(kept)) {
      throw Error(ErrorKind::usage, "holds the training of a start that was interrupted",
                  {kept.string()},
                  "use --resume to go on with it, --replace to start anew, or another --out");
    }
    if (fs::exists(kept / "current")) return load_trained(kept);
    std::error_code failed;
    fs::create_directories(kept, failed);
    if (failed) {
      throw Error(ErrorKind::io, cat("cannot make the directory: ", failed.message()),
                  {kept.string()}, "choose another --out");
    }
    write_file(note, key);
  }
  const auto first = of(config, kept);
  log_info(cat("training the model of ", files_.back(), " to start at"));
  TrainingSession session(config, usable_splits(config, hidden_), workers_, first.get());
  TrainingOutcome outcome = session.run(kept, asked.resume, workers_);
  const double temperature = session.calibrated(outcome.params, workers_);
  nlohmann::ordered_json facts = {{"steps", outcome.steps}, {"best step", outcome.best_step}};
  if (session.start()) add_start(*session.start(), facts);
  auto model =
      std::make_shared<TrainedModel>(std::move(session).model(std::move(outcome), temperature));
  if (kept.empty()) return model;
  save_model(*model, kept, facts);
  return load_trained(kept);
}

StartingPoint starting_point(const Learner& learner, const TrainedModel& start) {
  StartingPoint point;
  const bool same_method = learner.config().method.name == start.learner->config().method.name;
  const auto fits = [&](const std::string& name, const Tensor& value) {
    const Tensor* found = start.meta.find(name);
    return found != nullptr && found->sizes() == value.sizes();
  };
  const Params own = learner.init(stream(learner.config().train.seed, Stream::parameters));
  const Params head = own.where([](const std::string& name) { return of_head(name); });
  const bool takes_head =
      same_classes(learner, *start.learner) &&
      std::ranges::all_of(head, [&](const auto& entry) { return fits(entry.first, entry.second); });
  bool takes_more = false;
  point.first = own.map([&](const std::string& name, const Tensor& value) {
    if (of_encoder(name) && !fits(name, value)) {
      throw Error(ErrorKind::usage,
                  cat("the model to start at has no ", name, " of the shape that is asked for, ",
                      shape_text(value)),
                  {start.folder.string(), 0, "start"},
                  "give the encoder's options that it was trained with");
    }
    const bool more = !of_encoder(name) && !of_head(name) && same_method && fits(name, value);
    takes_more = takes_more || more;
    const bool takes = of_encoder(name) || more || (of_head(name) && takes_head);
    return takes ? start.meta.at(name).to(value.options()) : value;
  });
  point.from = learner.config().train.start;
  point.hash = start.hash;
  if (learner.task().reads_text()) point.taken = cat(learner.rows(), " rows of words, ");
  point.taken += cat("the parameters of encoder ", learner.config().encoder.name);
  if (takes_more) point.taken += cat(", those of ", learner.config().method.name);
  if (!head.empty()) point.taken += takes_head ? ", the head" : "; the head is new";
  return point;
}

void check_start(const RunConfig& config, const TrainedModel& start) {
  check_agrees(config, start.learner->config(), start.folder.string());
}

ConfigValues values_of_start(const std::string& start) {
  const ConfigValues all =
      is_file(start) ? read_config(start) : config_values(load_trained(start)->learner->config());
  ConfigValues values;
  for (const char* section : {"encoder", "text"}) {
    const auto found = all.find(section);
    if (found != all.end()) values.insert(*found);
  }
  return values;
}

void note_start(const StartingPoint& start, const fs::path& folder, bool resume) {
  const fs::path file = folder / kNote;
  nlohmann::ordered_json note;
  add_start(start, note);
  const std::string text = note.dump(2) + "\n";
  if (!resume || !fs::exists(file)) {
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed) {
      throw Error(ErrorKind::io, cat("cannot make the directory: ", failed.message()),
                  {folder.string()}, "choose another --out");
    }
    write_file(file, text);
    return;
  }
  if (read_file(file, 1 << 20) == text) return;
  throw Error(ErrorKind::usage,
              cat("the training here did not start at ", start.from, " as it is now"),
              {file.string(), 0, "start"}, "restore that model, or start anew with --replace");
}

void add_start(const StartingPoint& start, nlohmann::ordered_json& facts) {
  facts["start"] = start.from;
  if (!start.hash.empty()) facts["start sha256"] = start.hash;
  facts["start gave"] = start.taken;
}

}  // namespace inkling
