// Places in a text counted in code points, as Python counts them, and in bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace inkling {

/// at_byte(byte_of(i)) == i.
class CodePoints {
 public:
  /// @param text  UTF-8
  explicit CodePoints(std::string_view text);

  /// How many code points the text has.
  std::int64_t size() const { return size_; }
  /// The byte at which code point `index` begins; that of size() is the end. 0 <= index <= size().
  std::int64_t byte_of(std::int64_t index) const;
  /// The code point that begins at `byte`, or nothing where it lies inside of one or outside.
  std::optional<std::int64_t> at_byte(std::int64_t byte) const;

 private:
  std::int64_t size_;
  std::int64_t bytes_;
  std::vector<std::int64_t> begins_;  ///< empty for a text of ASCII alone
};

}  // namespace inkling
