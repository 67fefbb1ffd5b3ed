// The safetensors layout: named arrays of numbers behind a JSON header, nothing that executes.
//
//   8 bytes  N, little-endian
//   N bytes  {"__metadata__": {key: text}, name: {"dtype": "F32", "shape": [2, 3], "data_offsets":
//   [b, e]}, ...} the rest the tensors' bytes, little-endian, without holes
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/base/file.h"

namespace inkling {

enum class DType {
  boolean,
  u8,
  i8,
  f8_e5m2,
  f8_e4m3,
  i16,
  u16,
  f16,
  bf16,
  i32,
  u32,
  f32,
  i64,
  u64,
  f64
};

/// The name in a header: "F32".
std::string_view to_string(DType dtype);
/// Bytes of one element.
std::int64_t size_of(DType dtype);

/// One tensor; the bytes belong to the file that gave it.
struct TensorView {
  DType dtype = DType::u8;
  std::vector<std::int64_t> shape;  ///< empty for a single number
  std::string_view bytes;

  std::int64_t elements() const { return static_cast<std::int64_t>(bytes.size()) / size_of(dtype); }
};

struct Safetensors {
  std::map<std::string, TensorView, std::less<>> tensors;
  std::map<std::string, std::string> metadata;
};

/// The longest header that is read or written.
constexpr std::uint64_t kMaxSafetensorsHeader = 100'000'000;

/// Checks everything the layout promises: bounds, sizes, no overlap, no hole, no name twice.
/// @param file  the name for messages
/// @return      views into `bytes`
/// @throws Error data, with the tensor or key as field
Safetensors parse_safetensors(std::string_view bytes, const std::string& file);

/// A mapped file: opening reads the header alone.
class SafetensorsFile {
 public:
  /// @throws Error io or data
  static SafetensorsFile open(const std::filesystem::path& path);

  const std::map<std::string, TensorView, std::less<>>& tensors() const { return content_.tensors; }
  const std::map<std::string, std::string>& metadata() const { return content_.metadata; }
  const std::filesystem::path& path() const { return path_; }

  /// @throws Error data naming the nearest tensor
  const TensorView& at(std::string_view name) const;
  /// A vector or matrix of a known type.
  /// @throws Error data, when the tensor is missing or of another type or number of dimensions
  const TensorView& at(std::string_view name, DType dtype, std::size_t dimensions) const;

 private:
  std::filesystem::path path_;
  std::unique_ptr<MappedFile> file_;
  Safetensors content_;
};

struct TensorEntry {
  std::string name;
  DType dtype = DType::u8;
  std::vector<std::int64_t> shape;
  std::string_view bytes;
};

/// The elements of a tensor in place.
/// @throws Error internal, when T has another size than the dtype or the bytes are not aligned for
/// it
template <class T>
std::span<const T> elements_of(const TensorView& tensor);

/// Writes through a temporary name. Tensors are laid out with the widest type first, then by name,
/// so that each is aligned for its type and the same entries give the same bytes.
/// @throws Error internal for a name twice or bytes that do not fit the shape; io
void write_safetensors(const std::filesystem::path& path, std::span<const TensorEntry> entries,
                       const std::map<std::string, std::string>& metadata = {});

// ---- below: the template's body

/// @throws Error internal
void check_elements(const TensorView& tensor, std::size_t size, std::size_t alignment);

template <class T>
std::span<const T> elements_of(const TensorView& tensor) {
  check_elements(tensor, sizeof(T), alignof(T));
  return {reinterpret_cast<const T*>(tensor.bytes.data()), tensor.bytes.size() / sizeof(T)};
}

}  // namespace inkling
