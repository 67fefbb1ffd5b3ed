// Standard output, where a write that fails is noticed.
#pragma once

#include <string>
#include <string_view>

namespace inkling::cli {

class Output {
 public:
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  Output& operator<<(std::string_view text);
  /// @throws ClosedPipe when the reader went away; Error io for a full disk and the like
  void flush();

 private:
  std::string waiting_;
};

}  // namespace inkling::cli
