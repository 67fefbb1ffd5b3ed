// Archives unpacked safely: no path leaves the target, and a bomb is stopped.
#pragma once

#include <cstdint>
#include <filesystem>

namespace inkling {

struct UnpackLimits {
  std::int64_t max_bytes = std::int64_t{8} << 30;  ///< of all files together
  std::int64_t max_files = 1'000'000;              ///< files and folders
};

/// Unpacks a tar (plain or packed by gzip, bzip2, xz or zstd) or a zip into the new folder
/// `target`, by way of a temporary one beside it: `target` appears whole or not at all. Files and
/// folders alone: links and devices are refused, as are absolute paths and "..".
/// @throws Error data for a damaged, unsafe or too large archive; io; Interrupted
void unpack(const std::filesystem::path& archive, const std::filesystem::path& target,
            const UnpackLimits& limits = {});

}  // namespace inkling
