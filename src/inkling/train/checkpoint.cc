#include "inkling/train/checkpoint.h"

#include <nlohmann/json.hpp>

#include "inkling/base/error.h"
#include "inkling/base/sha256.h"
#include "inkling/base/strings.h"
#include "inkling/methods/method_registry.h"
#include "inkling/tensor/params_file.h"

namespace inkling {
namespace {

/// Options that may differ when a training goes on: they change when and where something happens,
/// or, as on-nan, what becomes of a step that has no result so far; no step that was taken would
/// have been another.
bool may_differ(const std::string& section, const std::string& field) {
  return section == "eval" ||
         (section == "train" &&
          (field == "resume" || field == "replace" || field == "threads" ||
           field == "checkpoint-every" || field == "on-nan" || field == "out"));
}

/// A training may go on to more steps than it was begun with, where neither the course of the
/// learning rate nor that of the method depends on how many they are.
bool is_length(const std::string& section, const std::string& field) {
  return section == "train" && (field == "steps" || field == "epochs");
}

void add(Params& all, const std::string& prefix, const Params& params) {
  for (const auto& [name, value] : params) all.set(prefix + name, value);
}

constexpr const char* kSum = "sha256";

/// Of all tensors and of all metadata but this sum itself.
std::string sum_of(const Params& all, const std::map<std::string, std::string>& metadata) {
  std::map<std::string, std::string> sums = metadata;
  sums.erase(kSum);
  for (const auto& [name, value] : all) {
    const Tensor flat = value.detach().cpu().contiguous();
    sums[cat("tensor ", name)] =
        sha256_of({static_cast<const char*>(flat.data_ptr()), flat.nbytes()});
  }
  return sha256_of(nlohmann::json(sums).dump());
}

/// The entries of `all` below `prefix`, which must be those of `like`.
Params part(const Params& all, const std::string& prefix, const Params& like,
            const std::string& file) {
  return like.map([&](const std::string& name, const Tensor& value) {
    const Tensor* found = all.find(prefix + name);
    if (found == nullptr || found->sizes() != value.sizes() ||
        found->scalar_type() != value.scalar_type()) {
      throw Error(ErrorKind::data, "does not fit this model", {file, 0, prefix + name},
                  "start again without --resume");
    }
    return found->to(value.device()).clone();
  });
}

}  // namespace

CheckpointFile::CheckpointFile(const std::filesystem::path& folder, const RunConfig& config)
    : file_(folder / "last.safetensors"),
      config_(config_values(config)),
      anneals_(make_method(config.method.name, config.method.options)->traits().anneals) {
  std::error_code failed;
  std::filesystem::create_directories(file_.parent_path(), failed);
  if (failed) {
    throw Error(ErrorKind::io, cat("cannot make the directory: ", failed.message()),
                {file_.parent_path().string()}, "choose another --out");
  }
}

void CheckpointFile::save(const Checkpoint& checkpoint) const {
  Params all;
  add(all, "params.", checkpoint.params);
  add(all, "best.", checkpoint.best_params);
  for (std::size_t i = 0; i < checkpoint.state.slots.size(); ++i) {
    add(all, cat("slot", i, "."), checkpoint.state.slots[i]);
  }
  std::map<std::string, std::string> metadata = {
      {"step", std::to_string(checkpoint.step)},
      {"updates", std::to_string(checkpoint.state.step)},
      {"loss", shortest(checkpoint.loss)},
      {"best", checkpoint.best ? shortest(*checkpoint.best) : ""},
      {"best_step", std::to_string(checkpoint.best_step)},
      {"without_better", std::to_string(checkpoint.without_better)},
      {"skipped", std::to_string(checkpoint.skipped)},
      {"stopped", checkpoint.stopped ? "1" : "0"},
      {"config", nlohmann::json(config_).dump()}};
  metadata[kSum] = sum_of(all, metadata);
  save_params(all, file_, metadata);
}

void CheckpointFile::load(Checkpoint& checkpoint) const {
  if (!std::filesystem::exists(file_)) return;
  std::map<std::string, std::string> metadata;
  const Params all = load_params(file_, &metadata);
  const std::string file = file_.string();
  ConfigValues before;
  try {
    before = nlohmann::json::parse(metadata.at("config")).get<ConfigValues>();
    checkpoint.step = std::stoll(metadata.at("step"));
    checkpoint.state.step = std::stoll(metadata.at("updates"));
    checkpoint.loss = std::stod(metadata.at("loss"));
    checkpoint.best_step = std::stoll(metadata.at("best_step"));
    checkpoint.without_better = std::stoll(metadata.at("without_better"));
    checkpoint.skipped = std::stoll(metadata.at("skipped"));
    checkpoint.stopped = metadata.at("stopped") == "1";
    if (!metadata.at("best").empty()) checkpoint.best = std::stod(metadata.at("best"));
  } catch (const std::exception&) {
    throw Error(ErrorKind::data, "is no checkpoint of inkling", {file},
                "start again without --resume");
  }
  if (metadata[kSum] != sum_of(all, metadata)) {
    throw Error(ErrorKind::data, "was altered since it was written", {file},
                "start again without --resume");
  }
  for (const auto& [section, fields] : config_) {
    for (const auto& [field, text] : fields) {
      if (may_differ(section, field) || before[section][field] == text) continue;
      if (is_length(section, field)) {
        const std::string& schedule = before["train"]["schedule"];
        const std::string over =
            cat(" over ", field, " = ", before[section][field], ", not ", text);
        if (schedule != "constant") {
          throw Error(
              ErrorKind::usage,
              cat("the checkpoint's learning rate follows the schedule '", schedule, "'", over),
              {file, 0, field},
              "a training with --schedule constant can go on to more; start this one anew "
              "with --replace");
        }
        if (anneals_) {
          throw Error(
              ErrorKind::usage,
              cat("the loss of the checkpoint's method, ", config_.at("method").at("name"),
                  ", anneals", over),
              {file, 0, field},
              "go on with as many as it was begun with, or start this one anew with --replace");
        }
        continue;
      }
      throw Error(ErrorKind::usage,
                  cat("the checkpoint was trained with ", field, " = '", before[section][field],
                      "', not '", text, "'"),
                  {file, 0, field},
                  "resume with the same options, or start again without --resume");
    }
  }
  checkpoint.params = part(all, "params.", checkpoint.params, file);
  for (std::size_t i = 0; i < checkpoint.state.slots.size(); ++i) {
    checkpoint.state.slots[i] = part(all, cat("slot", i, "."), checkpoint.state.slots[i], file);
  }
  if (checkpoint.best) checkpoint.best_params = part(all, "best.", checkpoint.params, file);
}

}  // namespace inkling
