#include "inkling/base/safetensors.h"

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "inkling/base/error.h"
#include "inkling/base/safetensors_header.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are mapped as they are");

constexpr std::size_t kLengthBytes = 8;
constexpr const char* kDamaged = "the file is damaged or no safetensors file";

std::uint64_t header_length(std::string_view bytes, const std::string& file) {
  if (bytes.size() < kLengthBytes) {
    throw Error(ErrorKind::data,
                cat("is too short for a safetensors file: ", bytes.size(), " bytes"),
                {.file = file}, kDamaged);
  }
  std::uint64_t length = 0;
  for (std::size_t i = kLengthBytes; i-- > 0;) {
    length = length << 8 | static_cast<unsigned char>(bytes[i]);
  }
  if (length > kMaxSafetensorsHeader || length > bytes.size() - kLengthBytes) {
    throw Error(ErrorKind::data, cat("the header's length, ", length, " bytes, is out of range"),
                {.file = file}, kDamaged);
  }
  return length;
}

/// The tensors tile the data: in order of their offsets each starts where the one before ended.
void check_tiling(const SafetensorsHeader& header, std::uint64_t data_bytes,
                  const std::string& file) {
  std::vector<std::pair<const std::string*, const TensorInfo*>> order;
  order.reserve(header.tensors.size());
  for (const auto& [name, info] : header.tensors) order.emplace_back(&name, &info);
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second->begin, a.second->end) < std::pair(b.second->begin, b.second->end);
  });
  std::uint64_t end = 0;
  for (const auto& [name, info] : order) {
    const Where where{.file = file, .field = *name};
    if (info->begin > info->end || info->end > data_bytes) {
      throw Error(ErrorKind::data,
                  cat("the offsets [", info->begin, ", ", info->end,
                      "] are out of range: the file has ", data_bytes, " bytes of data"),
                  where, kDamaged);
    }
    if (info->begin != end) {
      throw Error(
          ErrorKind::data,
          cat(info->begin < end ? "overlaps the tensor before it" : "leaves a hole before it",
              ": starts at ", info->begin, ", not at ", end),
          where, kDamaged);
    }
    end = info->end;
  }
  if (end != data_bytes) {
    throw Error(ErrorKind::data, cat(data_bytes - end, " bytes after the last tensor"),
                {.file = file}, kDamaged);
  }
}

void check_size(const std::string& name, const TensorInfo& info, const std::string& file) {
  std::uint64_t expected = 0;
  if (bytes_of_shape(info.shape, info.dtype, expected) && expected == info.end - info.begin) return;
  throw Error(ErrorKind::data, cat("the shape does not fit its ", info.end - info.begin, " bytes"),
              {.file = file, .field = name}, kDamaged);
}

/// Widest type first, then by name; the data follows in this order.
std::vector<const TensorEntry*> layout_order(std::span<const TensorEntry> entries) {
  std::vector<const TensorEntry*> order;
  for (const TensorEntry& entry : entries) order.push_back(&entry);
  std::sort(order.begin(), order.end(), [](const TensorEntry* a, const TensorEntry* b) {
    if (size_of(a->dtype) != size_of(b->dtype)) return size_of(a->dtype) > size_of(b->dtype);
    return a->name < b->name;
  });
  return order;
}

std::string header_text(const std::vector<const TensorEntry*>& order,
                        const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t begin = 0;
  std::set<std::string_view> names{"__metadata__"};
  for (const TensorEntry* entry : order) {
    std::uint64_t expected = 0;
    if (!bytes_of_shape(entry->shape, entry->dtype, expected) || expected != entry->bytes.size()) {
      throw Error(ErrorKind::internal, "a tensor's bytes do not fit its shape",
                  {.field = entry->name});
    }
    if (!names.insert(entry->name).second) {
      throw Error(ErrorKind::internal, "a tensor's name is there twice", {.field = entry->name});
    }
    header.emplace(entry->name,
                   nlohmann::ordered_json{{"dtype", to_string(entry->dtype)},
                                          {"shape", entry->shape},
                                          {"data_offsets", {begin, begin + expected}}});
    begin += expected;
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::internal, "a tensor's name or the metadata is not UTF-8");
  }
  text.resize((text.size() + kLengthBytes - 1) / kLengthBytes * kLengthBytes, ' ');
  return text;
}

}  // namespace

Safetensors parse_safetensors(std::string_view bytes, const std::string& file) {
  const std::uint64_t length = header_length(bytes, file);
  SafetensorsHeader header = parse_safetensors_header(bytes.substr(kLengthBytes, length), file);
  const std::string_view data = bytes.substr(kLengthBytes + length);
  check_tiling(header, data.size(), file);
  Safetensors result;
  result.metadata = std::move(header.metadata);
  for (auto& [name, info] : header.tensors) {
    check_size(name, info, file);
    result.tensors[name] = {info.dtype, std::move(info.shape),
                            data.substr(info.begin, info.end - info.begin)};
  }
  return result;
}

SafetensorsFile SafetensorsFile::open(const std::filesystem::path& path) {
  SafetensorsFile file;
  file.path_ = path;
  file.file_ = std::make_unique<MappedFile>(path);
  file.content_ = parse_safetensors(file.file_->bytes(), path.string());
  return file;
}

const TensorView& SafetensorsFile::at(std::string_view name) const {
  if (const auto found = tensors().find(name); found != tensors().end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [known, tensor] : tensors()) names.push_back(known);
  throw Error(ErrorKind::data, cat("has no tensor '", name, "'"), {.file = path_.string()},
              known_names_hint(name, names));
}

const TensorView& SafetensorsFile::at(std::string_view name, DType dtype,
                                      std::size_t dimensions) const {
  const TensorView& tensor = at(name);
  if (tensor.dtype == dtype && tensor.shape.size() == dimensions) return tensor;
  throw Error(ErrorKind::data,
              cat("is ", to_string(tensor.dtype), " of ", tensor.shape.size(), " dimensions, not ",
                  to_string(dtype), " of ", dimensions),
              {.file = path_.string(), .field = std::string(name)});
}

void check_elements(const TensorView& tensor, std::size_t size, std::size_t alignment) {
  const auto address = reinterpret_cast<std::uintptr_t>(tensor.bytes.data());
  if (static_cast<std::size_t>(size_of(tensor.dtype)) != size || address % alignment != 0) {
    throw Error(ErrorKind::internal, cat(to_string(tensor.dtype), " cannot be read in place here"));
  }
}

void write_safetensors(const std::filesystem::path& path, std::span<const TensorEntry> entries,
                       const std::map<std::string, std::string>& metadata) {
  const std::vector<const TensorEntry*> order = layout_order(entries);
  const std::string header = header_text(order, metadata);
  if (header.size() > kMaxSafetensorsHeader) {
    throw Error(ErrorKind::internal, "the header is too long", {.file = path.string()});
  }
  std::string length(kLengthBytes, '\0');
  for (std::size_t i = 0; i < kLengthBytes; ++i)
    length[i] = static_cast<char>(header.size() >> 8 * i);
  AtomicFile file(path);
  file.write(length);
  file.write(header);
  for (const TensorEntry* entry : order) file.write(entry->bytes);
  file.commit();
}

}  // namespace inkling
