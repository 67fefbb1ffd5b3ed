// For fuzz targets of what reads a path: the bytes of a run as a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include "inkling/base/temporary_folder.h"

namespace inkling {

/// The one folder of this process.
inline const std::filesystem::path& fuzz_folder() {
  static const TemporaryFolder folder;
  return folder.path();
}

/// The same file every run, holding `data`; unlike write_file it does not wait for the disk.
inline const std::filesystem::path& fuzz_file(const std::uint8_t* data, std::size_t size) {
  static const std::filesystem::path path = fuzz_folder() / "input";
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  return path;
}

}  // namespace inkling
