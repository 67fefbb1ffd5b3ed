// Archives as data: what lies in one is read as a folder, or as the one file in it.
#pragma once

#include <filesystem>
#include <string>

#include "inkling/base/temporary_folder.h"

namespace inkling {

/// True for a file that begins as a zip, as a tar (plain or packed by gzip), or as anything packed
/// by bzip2, xz or zstd does. False where it cannot be read, or be read twice.
bool is_archive(const std::filesystem::path& path);

/// An archive's content in a temporary folder, for as long as this lives.
class UnpackedArchive {
 public:
  /// @throws Error data for a damaged, unsafe or too large archive; io; Interrupted
  explicit UnpackedArchive(const std::filesystem::path& archive);

  /// The file in it, where it holds one alone, else the folder: below folders that hold nothing
  /// else. Hidden files and what macOS adds do not count.
  const std::filesystem::path& data() const { return data_; }

  /// How a file of the content is called in messages: ARCHIVE/MEMBER. Another name stays.
  std::string shown(const std::string& file) const;

 private:
  std::filesystem::path archive_;
  TemporaryFolder folder_;
  std::filesystem::path data_;
};

/// "reviews" for "reviews.tar.gz" and "reviews.zip".
std::string archive_name(const std::filesystem::path& archive);

}  // namespace inkling
