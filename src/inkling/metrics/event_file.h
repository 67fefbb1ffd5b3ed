// Event files: scalars over steps as TensorBoard reads them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inkling/base/append_file.h"

namespace inkling {

/// The name by which TensorBoard knows an event file in a folder.
constexpr const char* kEventFile = "events.out.tfevents.inkling";

/// A scalar by its tag, as "objective".
using Scalar = std::pair<std::string, double>;

/// Appends an event a step. An event is with the system as soon as append() returns.
///
/// A training that resumes at step S leaves each step once, if it appends what belongs to step S
/// before it saves the checkpoint of S: later events, and one that was cut off, are dropped and
/// written again as the training comes by.
///
/// A record is its length, the length's checksum, the bytes and their checksum, numbers in little
/// endian and checksums CRC32C, rotated right by 15 bits and 0xa282ead8 added (TFRecord). The bytes
/// are a message `Event` of protocol buffers: wall_time = 1 (double), step = 2 (int64), and
/// file_version = 3 of the first, or summary = 5 of values {tag = 1, simple_value = 2 (float)}.
class EventFile {
 public:
  /// @param resumed_step  go on after the events of this step; without it a file that is there is
  ///                      begun anew, and one that is missing either way
  /// @throws Error io; data, where a resumed file holds something else than events. (A last one
  /// that was cut off, also where zeros stand in its place, is dropped.)
  explicit EventFile(const std::filesystem::path& file,
                     std::optional<std::int64_t> resumed_step = {});

  /// @param step     at least that of the event before
  /// @param scalars  stored as float
  /// @throws Error io
  void append(std::int64_t step, std::span<const Scalar> scalars);
  void sync() { file_.sync(); }

 private:
  AppendFile file_;
};

/// The numbers of a line of metrics.jsonl by their names.
std::vector<Scalar> scalars_of(const nlohmann::ordered_json& line);

/// CRC32C (Castagnoli), as of "123456789" 0xe3069283.
std::uint32_t crc32c(std::string_view bytes);

}  // namespace inkling
