// A model directory: versions of a model, one of them current.
//
//   DIR/current               the name of the current version, replaced by an atomic rename
//   DIR/versions/NAME/        config.json, model.safetensors, vocab.txt, README.md, and
//                             support.jsonl of an adapted model
//   DIR/last.safetensors      what a training goes on from
//   DIR/metrics.jsonl         what the training measured
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "inkling/tensor/params.h"

namespace inkling {

constexpr std::int64_t kModelFormat = 1;

/// The content of one version.
struct ModelVersion {
  nlohmann::ordered_json config;  ///< "format" and "kind" are set when it is written
  Params params;
  std::map<std::string, std::string>
      files;  ///< others by name: vocab.txt, README.md, support.jsonl
};

/// @throws Error usage, when `folder` holds a version of another kind than `kind`
void check_target(const std::filesystem::path& folder, const std::string& kind);

/// Writes a new version below `folder`, syncs it, makes it current, and removes older ones.
/// @param kind  "model" or "adapted"
/// @throws Error io; usage as check_target; what was current stays so
void publish_version(const std::filesystem::path& folder, const std::string& kind,
                     const ModelVersion& version);

/// The current version, whole and unaltered (each file's sum is recorded).
/// @param kind  what is expected
/// @throws Error io, when there is none; data, when a file was altered or cut, when it was written
/// by another version of the
///         layout, or is of the other kind
ModelVersion current_version(const std::filesystem::path& folder, const std::string& kind);

/// "model", "adapted", or "" where the folder holds neither.
std::string kind_of(const std::filesystem::path& folder);

/// The SHA-256 of the current version's parameters: names a model.
std::string model_hash(const std::filesystem::path& folder);

}  // namespace inkling
