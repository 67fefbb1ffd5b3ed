// The JSON header of a safetensors file, read strictly: its own part of base/safetensors.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/base/safetensors.h"

namespace inkling {

/// What the header says of a tensor, not yet compared with the data.
struct TensorInfo {
  DType dtype = DType::u8;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct SafetensorsHeader {
  std::map<std::string, TensorInfo> tensors;
  std::map<std::string, std::string> metadata;
};

/// @throws Error data for anything but the three levels that the layout has
SafetensorsHeader parse_safetensors_header(std::string_view json, const std::string& file);

/// The bytes that `shape` holds.
/// @return  false where they are more than 2^63
bool bytes_of_shape(const std::vector<std::int64_t>& shape, DType dtype, std::uint64_t& bytes);

}  // namespace inkling
