// A learner with what it learned, as it stands in a model directory.
#pragma once

#include <filesystem>
#include <memory>

#include "inkling/train/learner.h"

namespace inkling {

struct TrainedModel {
  std::unique_ptr<const Learner> learner;
  Params meta;
  double temperature = 1;        ///< calibrated on validation data
  std::filesystem::path folder;  ///< where it was loaded from; empty where it was not
  std::string hash;              ///< of its parameters there
};

/// Writes it as the current version of `folder`.
/// @param facts  for the model card and the record: "steps", "validation", ...
void save_model(const TrainedModel& model, const std::filesystem::path& folder,
                const nlohmann::ordered_json& facts);

/// @throws Error io or data
std::shared_ptr<const TrainedModel> load_trained(const std::filesystem::path& folder);

/// The configuration in a model's config.json. @throws Error data
ConfigValues config_in(const nlohmann::ordered_json& config, const std::filesystem::path& folder);

/// The learner that a version's config.json, files and parameters describe. Pretrained vectors
/// stand in the parameters and are not read again.
std::unique_ptr<const Learner> learner_in(const nlohmann::ordered_json& config,
                                          const std::map<std::string, std::string>& files,
                                          const Params& params,
                                          const std::filesystem::path& folder);

}  // namespace inkling
