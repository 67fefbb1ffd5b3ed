// A folder that is gone at the end of its scope, with all that is in it.
#pragma once

#include <filesystem>

namespace inkling {

class TemporaryFolder {
 public:
  /// Makes `prefix` + ".XXXXXX" of its own name; by default below the system's folder of temporary
  /// files.
  /// @throws Error io
  explicit TemporaryFolder(
      const std::filesystem::path& prefix = std::filesystem::temp_directory_path() / "inkling");
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace inkling
