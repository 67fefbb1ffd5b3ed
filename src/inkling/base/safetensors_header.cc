#include "inkling/base/safetensors_header.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

constexpr std::size_t kMaxDimensions = 64;

struct DTypeName {
  std::string_view name;
  DType dtype;
  std::int64_t size;
};

constexpr DTypeName kDTypes[] = {
    {"BOOL", DType::boolean, 1},    {"U8", DType::u8, 1},           {"I8", DType::i8, 1},
    {"F8_E5M2", DType::f8_e5m2, 1}, {"F8_E4M3", DType::f8_e4m3, 1}, {"I16", DType::i16, 2},
    {"U16", DType::u16, 2},         {"F16", DType::f16, 2},         {"BF16", DType::bf16, 2},
    {"I32", DType::i32, 4},         {"U32", DType::u32, 4},         {"F32", DType::f32, 4},
    {"I64", DType::i64, 8},         {"U64", DType::u64, 8},         {"F64", DType::f64, 8},
};

const DTypeName& row(DType dtype) {
  for (const DTypeName& entry : kDTypes) {
    if (entry.dtype == dtype) return entry;
  }
  throw Error(ErrorKind::internal, "a tensor type without a name");
}

/// Reads the events of the JSON parser, which keeps no tree and does not recurse.
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit HeaderReader(const std::string& file) : file_(file) {}

  SafetensorsHeader take() { return std::move(header_); }

  bool null() override { unexpected("null"); }
  bool boolean(bool) override { unexpected("true or false"); }
  bool number_float(double, const std::string& text) override { unexpected(text); }
  bool binary(binary_t&) override { unexpected("binary data"); }
  bool number_integer(std::int64_t value) override { unexpected(std::to_string(value)); }

  bool number_unsigned(std::uint64_t value) override {
    if (place_ != Place::shape && place_ != Place::offsets) unexpected(std::to_string(value));
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      fail(cat("the number ", value, " is too large"));
    }
    numbers_.push_back(value);
    if (numbers_.size() > kMaxDimensions) fail(cat("more than ", kMaxDimensions, " dimensions"));
    return true;
  }

  bool string(std::string& text) override {
    if (place_ == Place::metadata) {
      header_.metadata[key_] = text;
    } else if (place_ == Place::tensor && key_ == "dtype") {
      tensor_->dtype = dtype_named(text);
    } else {
      unexpected("a text");
    }
    return true;
  }

  bool start_object(std::size_t) override {
    if (place_ == Place::start) {
      place_ = Place::top;
    } else if (place_ == Place::top && key_ == "__metadata__") {
      place_ = Place::metadata;
      keys_.clear();
    } else if (place_ == Place::top) {
      place_ = Place::tensor;
      tensor_ = &header_.tensors[key_];
      keys_.clear();
    } else {
      unexpected("an object");
    }
    return true;
  }

  bool key(std::string& text) override {
    std::set<std::string>& seen = place_ == Place::top ? names_ : keys_;
    if (place_ == Place::top) name_ = text;
    if (!seen.insert(text).second) fail(cat("'", text, "' is there twice"));
    if (place_ == Place::tensor && text != "dtype" && text != "shape" && text != "data_offsets") {
      fail(cat("unknown key '", text, "'"));
    }
    key_ = text;
    return true;
  }

  bool end_object() override {
    if (place_ == Place::tensor && keys_.size() != 3) {
      fail("needs each of dtype, shape and data_offsets");
    }
    place_ = place_ == Place::top ? Place::end : Place::top;
    return true;
  }

  bool start_array(std::size_t) override {
    const bool known = place_ == Place::tensor && (key_ == "shape" || key_ == "data_offsets");
    if (!known) unexpected("a list");
    place_ = key_ == "shape" ? Place::shape : Place::offsets;
    numbers_.clear();
    return true;
  }

  bool end_array() override {
    if (place_ == Place::shape) {
      tensor_->shape.assign(numbers_.begin(), numbers_.end());
    } else {
      if (numbers_.size() != 2) fail("data_offsets must be two numbers");
      tensor_->begin = numbers_[0];
      tensor_->end = numbers_[1];
    }
    place_ = Place::tensor;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    throw Error(ErrorKind::data, cat("the header is no JSON at its byte ", position),
                {.file = file_}, "the file is damaged or no safetensors file");
  }

 private:
  enum class Place { start, top, metadata, tensor, shape, offsets, end };

  DType dtype_named(const std::string& text) const {
    std::vector<std::string> names;
    for (const DTypeName& entry : kDTypes) {
      if (entry.name == text) return entry.dtype;
      names.emplace_back(entry.name);
    }
    throw Error(ErrorKind::data, cat("unknown dtype '", text, "'"), {.file = file_, .field = name_},
                known_names_hint(text, names));
  }

  [[noreturn]] void fail(const std::string& message) const {
    throw Error(ErrorKind::data, message, {.file = file_, .field = name_});
  }
  [[noreturn]] void unexpected(const std::string& what) const {
    fail(cat(what, " where the header of a safetensors file has none"));
  }

  const std::string& file_;
  SafetensorsHeader header_;
  Place place_ = Place::start;
  std::string name_;             ///< the tensor being read, for messages
  std::string key_;              ///< the last key
  std::set<std::string> names_;  ///< keys of the outer object
  std::set<std::string> keys_;   ///< keys of the inner object being read
  std::vector<std::uint64_t> numbers_;
  TensorInfo* tensor_ = nullptr;
};

}  // namespace

std::string_view to_string(DType dtype) {
  return row(dtype).name;
}

std::int64_t size_of(DType dtype) {
  return row(dtype).size;
}

bool bytes_of_shape(const std::vector<std::int64_t>& shape, DType dtype, std::uint64_t& bytes) {
  std::int64_t product = size_of(dtype);
  for (const std::int64_t size : shape) {
    if (size < 0 || __builtin_mul_overflow(product, size, &product)) return false;
  }
  bytes = static_cast<std::uint64_t>(product);
  return true;
}

SafetensorsHeader parse_safetensors_header(std::string_view json, const std::string& file) {
  if (json.empty() || json.front() != '{' || json.find('\0') != std::string_view::npos) {
    throw Error(ErrorKind::data, "the header is not a JSON object", {.file = file},
                "the file is damaged or no safetensors file");
  }
  HeaderReader reader(file);
  nlohmann::json::sax_parse(json.begin(), json.end(), &reader);
  return reader.take();
}

}  // namespace inkling
