// Files: read whole or mapped, written so that a reader sees the old content or the new, never
// half.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace inkling {

/// The whole file.
/// @throws Error io, when it is missing, unreadable or larger than `limit` bytes
std::string read_file(const std::filesystem::path& path, std::uint64_t limit = 1ULL << 34);

/// Writes a temporary file beside `path`, syncs it, and renames it over `path`.
/// @throws Error io; `path` then holds what it held before
void write_file(const std::filesystem::path& path, std::string_view bytes);

/// Syncs the file `from` and renames it over `to`, in the same file system.
/// @throws Error io
void publish_file(const std::filesystem::path& from, const std::filesystem::path& to);

/// The same of a folder and all that was written below it; `to` must not be there.
/// @throws Error io
void publish_folder(const std::filesystem::path& from, const std::filesystem::path& to);

/// Makes a rename or a new file in `folder` durable.
void sync_folder(const std::filesystem::path& folder);

/// A file written piece by piece under a temporary name; it appears at its path by commit() alone.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view bytes);
  /// Syncs and renames. Without it nothing is left behind.
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  int descriptor_ = -1;
};

/// A read-only memory map of a whole file.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace inkling
