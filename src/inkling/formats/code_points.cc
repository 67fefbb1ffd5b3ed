#include "inkling/formats/code_points.h"

#include <algorithm>

namespace inkling {

CodePoints::CodePoints(std::string_view text)
    : size_(static_cast<std::int64_t>(text.size())), bytes_(size_) {
  const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (std::all_of(text.begin(), text.end(), ascii)) return;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U)
      begins_.push_back(static_cast<std::int64_t>(i));
  }
  size_ = static_cast<std::int64_t>(begins_.size());
}

std::int64_t CodePoints::byte_of(std::int64_t index) const {
  if (index == size_) return bytes_;
  return begins_.empty() ? index : begins_[static_cast<std::size_t>(index)];
}

std::optional<std::int64_t> CodePoints::at_byte(std::int64_t byte) const {
  if (byte < 0 || byte > bytes_) return std::nullopt;
  if (byte == bytes_) return size_;
  if (begins_.empty()) return byte;
  const auto found = std::lower_bound(begins_.begin(), begins_.end(), byte);
  if (found == begins_.end() || *found != byte) return std::nullopt;
  return found - begins_.begin();
}

}  // namespace inkling
