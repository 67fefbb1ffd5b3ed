// What an experiment has measured so far, in a file: a run that was ended goes on from it.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "inkling/api/run_config.h"
#include "inkling/base/append_file.h"

namespace inkling {

/// What decides the figure of a setting and a seed: equal where it need not be measured again.
/// Neither data nor the program are part of it; the configurations that it begins with are.
/// @param paths  whether the values of a tuning's points are kept beside it
std::string measurement_key(const Experiment& experiment, const Setting& setting, std::int64_t seed,
                            bool paths);

/// A line each of {"key", "setting", "seed", "found"}, where `key` says how it was measured. A last
/// line that was not written to its end is cut off.
class MeasuredFile {
 public:
  /// @throws Error data, naming the line, where the file holds something else; io
  explicit MeasuredFile(const std::filesystem::path& file);

  /// What was measured so, or null.
  const nlohmann::json* find(const std::string& key) const;
  /// With the disk when it returns.
  void add(const std::string& key, const std::string& setting, std::int64_t seed,
           const nlohmann::json& found);

 private:
  std::map<std::string, nlohmann::json> found_;
  std::optional<AppendFile> file_;
};

}  // namespace inkling
