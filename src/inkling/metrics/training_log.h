// metrics.jsonl: what a training measured on its way, a JSON object a line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "inkling/base/append_file.h"

namespace inkling {

/// Appends lines {"step": n, ...} in the order of the steps. A line is with the system as soon as
/// append() returns: it outlives the process, whatever ends it.
///
/// A training that resumes at step S leaves the file of one that was never stopped, if it appends
/// what belongs to step S before it saves the checkpoint of S: later lines are cut off, and written
/// again as the training comes by.
class TrainingLog {
 public:
  /// @param resumed_step   go on after the lines of this step; without it a log that is there is
  ///                       emptied. A log that is missing is begun either way
  /// @param resumed_lines  and after so many lines, where a step may have several
  /// @throws Error io; data with the line, when a resumed log holds something else than its lines
  /// (a last line that was cut off is dropped)
  explicit TrainingLog(const std::filesystem::path& file,
                       std::optional<std::int64_t> resumed_step = {},
                       std::optional<std::int64_t> resumed_lines = {});

  /// @param step    at least that of the line before
  /// @param fields  an object without "step"; numbers that are not finite become null
  /// @throws Error io, when the disk is full, ...
  void append(std::int64_t step, const nlohmann::ordered_json& fields);

  /// Makes the lines outlive a power cut; called before a checkpoint.
  void sync() { file_.sync(); }

 private:
  struct Kept;
  TrainingLog(const std::filesystem::path& file, const Kept& kept);

  AppendFile file_;
  std::int64_t last_step_;
};

/// The lines of a log, also of one that is being written: a last line that was cut off is left out.
/// @throws Error io; data with the line, when a line is no object with a step
std::vector<nlohmann::ordered_json> read_training_log(const std::filesystem::path& file);

}  // namespace inkling
