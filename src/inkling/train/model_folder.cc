#include "inkling/train/model_folder.h"

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/sha256.h"
#include "inkling/base/strings.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/tensor/params_file.h"

namespace inkling {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr const char* kConfig = "config.json";
constexpr const char* kParams = "model.safetensors";
constexpr std::uint64_t kLargestConfig = 64 << 20;

fs::path current_folder(const fs::path& folder) {
  const fs::path pointer = folder / "current";
  if (!fs::exists(pointer)) {
    throw Error(ErrorKind::io, "is no model directory", {folder.string()},
                fs::exists(folder / "last.safetensors")
                    ? "its training has not finished: `inkling train --resume`"
                    : "give a directory that `inkling train` or `inkling adapt` wrote");
  }
  const std::string name(trim(read_file(pointer, 4096)));
  if (name.empty() || name.find_first_of("/\\") != std::string::npos || name.starts_with('.')) {
    throw Error(ErrorKind::data, "names no version", {pointer.string(), 1}, "restore the file");
  }
  return folder / "versions" / name;
}

ordered_json read_config_json(const fs::path& version) {
  const fs::path file = version / kConfig;
  ordered_json config;
  try {
    config = ordered_json::parse(read_file(file, kLargestConfig));
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorKind::data, "is not valid JSON", {file.string()},
                "restore the model directory");
  }
  if (!config.is_object() || !config.contains("format") || !config["format"].is_number_integer() ||
      !config.contains("kind") || !config["kind"].is_string()) {
    throw Error(ErrorKind::data, "is no model's configuration", {file.string()});
  }
  if (config["format"] != kModelFormat) {
    throw Error(
        ErrorKind::data,
        cat("the model has format version ", config["format"].dump(), ", this is ", kModelFormat),
        {file.string(), 0, "format"}, "use the version of inkling that wrote it, or train again");
  }
  return config;
}

/// Of a configuration without its own sum: of what it says, however it is laid out.
std::string sum_of(ordered_json config) {
  if (config.contains("sha256") && config["sha256"].is_object()) config["sha256"].erase(kConfig);
  return sha256_of(config.dump());
}

/// A kind as people call it.
const char* with_article(const std::string& kind) {
  return kind == "adapted" ? "an adapted model" : "a trained model";
}

/// Versions but `kept`; a reader that has one open keeps its files.
void remove_versions(const fs::path& folder, const std::string& kept) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::error_code ignored;
    if (entry.path().filename() != kept) fs::remove_all(entry.path(), ignored);
  }
}

}  // namespace

void check_target(const fs::path& folder, const std::string& kind) {
  std::string there;
  try {
    there = kind_of(folder);
  } catch (const Error&) {
    return;  // What cannot be read is not lost.
  }
  if (there.empty() || there == kind) return;
  throw Error(ErrorKind::usage, cat("holds ", with_article(there), ", which would be lost"),
              {folder.string()}, "choose another --out");
}

void publish_version(const fs::path& folder, const std::string& kind, const ModelVersion& version) {
  check_target(folder, kind);
  const fs::path versions = folder / "versions";
  std::error_code failed;
  fs::create_directories(versions, failed);
  if (failed) {
    throw Error(ErrorKind::io, cat("cannot make the directory: ", failed.message()),
                {versions.string()}, "choose another --out");
  }
  const TemporaryFolder scratch(folder / "writing");
  const fs::path made = scratch.path() / "version";
  fs::create_directory(made);
  save_params(version.params, made / kParams);
  ordered_json sums;
  sums[kParams] = sha256_of_file(made / kParams);
  for (const auto& [name, bytes] : version.files) {
    write_file(made / name, bytes);
    sums[name] = sha256_of(bytes);
  }
  ordered_json config = {{"format", kModelFormat}, {"kind", kind}};
  config.update(version.config);
  config["sha256"] = sums;
  config["sha256"][kConfig] = sum_of(config);
  write_file(made / kConfig, config.dump(2) + "\n");
  std::int64_t number = 1;
  while (fs::exists(versions / std::to_string(number))) ++number;
  const std::string name = std::to_string(number);
  publish_folder(made, versions / name);
  write_file(folder / "current", name + "\n");
  remove_versions(versions, name);
}

ModelVersion current_version(const fs::path& folder, const std::string& kind) {
  const fs::path version = current_folder(folder);
  ModelVersion loaded;
  loaded.config = read_config_json(version);
  if (loaded.config["kind"] != kind) {
    throw Error(ErrorKind::usage,
                cat("holds ", with_article(loaded.config["kind"].get<std::string>()), ", not ",
                    with_article(kind)),
                {folder.string()},
                kind == "adapted" ? "adapt it first: `inkling adapt`"
                                  : "give the model that it was adapted from");
  }
  if (!loaded.config.contains("sha256") || !loaded.config["sha256"].is_object()) {
    throw Error(ErrorKind::data, "lacks its files' sums",
                {(version / kConfig).string(), 0, "sha256"});
  }
  const auto check = [&](const std::string& name, const std::string& sum) {
    if (loaded.config["sha256"].value(name, ordered_json()) == sum) return;
    throw Error(ErrorKind::data, "was altered or cut since it was written",
                {(version / name).string()},
                "restore the file from a copy, or make the model again");
  };
  check(kConfig, sum_of(loaded.config));
  for (const auto& [name, sum] : loaded.config["sha256"].items()) {
    if (name == kConfig) continue;
    const fs::path file = version / fs::path(name).filename();
    check(name, sha256_of_file(file));
    if (name != kParams) loaded.files[name] = read_file(file);
  }
  loaded.params = load_params(version / kParams);
  return loaded;
}

std::string kind_of(const fs::path& folder) {
  if (!fs::exists(folder / "current")) return "";
  return read_config_json(current_folder(folder))["kind"].get<std::string>();
}

std::string model_hash(const fs::path& folder) {
  return sha256_of_file(current_folder(folder) / kParams);
}

}  // namespace inkling
