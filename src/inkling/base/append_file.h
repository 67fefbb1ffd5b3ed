// A file that grows by whole pieces and can be gone on with.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace inkling {

/// Appends. What append() was given is with the system as soon as it returns: it outlives the
/// process, whatever ends it.
class AppendFile {
 public:
  /// Keeps the first `kept` bytes of a file that is there and cuts off the rest; begins one that is
  /// missing.
  /// @throws Error io
  AppendFile(std::filesystem::path file, std::uint64_t kept);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  /// @throws Error io, when the disk is full, ...
  void append(std::string_view bytes);
  /// Makes what was appended outlive a power cut.
  void sync();

 private:
  std::filesystem::path file_;
  int descriptor_ = -1;
};

}  // namespace inkling
