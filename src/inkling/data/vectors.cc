#include "inkling/data/vectors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

constexpr const char* kKind = "inkling word vectors 1";

/// The nearest half-precision number, ties to even.
std::uint16_t to_half(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>(bits >> 16 & 0x8000);
  const float magnitude = std::fabs(value);
  if (magnitude >= 65520.0F) return sign | 0x7c00;
  const int exponent = std::max(magnitude == 0 ? -14 : std::ilogb(magnitude), -14);
  const auto mantissa =
      static_cast<std::uint32_t>(std::nearbyint(std::ldexp(magnitude, 10 - exponent)));
  // A subnormal has no leading one; a mantissa that rounds up to the next power carries into the
  // exponent.
  return static_cast<std::uint16_t>(sign |
                                    (static_cast<std::uint32_t>(exponent + 14) * 1024 + mantissa));
}

float from_half(std::uint16_t half) {
  const int exponent = half >> 10 & 31;
  const int mantissa = half & 1023;
  const float magnitude = exponent == 0
                              ? std::ldexp(static_cast<float>(mantissa), -24)
                              : std::ldexp(static_cast<float>(mantissa + 1024), exponent - 25);
  return half & 0x8000 ? -magnitude : magnitude;
}

template <class T>
std::string_view bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

[[noreturn]] void fail(const SafetensorsFile& file, const char* field, const char* message) {
  throw Error(ErrorKind::data, message, {.file = file.path().string(), .field = field},
              "make the file again from its source");
}

/// Where another writer has put a tensor is not ours to say.
template <class T>
std::span<const T> aligned(const SafetensorsFile& file, const char* name,
                           const TensorView& tensor) {
  if (reinterpret_cast<std::uintptr_t>(tensor.bytes.data()) % alignof(T) != 0)
    fail(file, name, "does not begin at a multiple of its type's size");
  return elements_of<T>(tensor);
}

}  // namespace

WordVectors WordVectors::open(const std::filesystem::path& path) {
  WordVectors result;
  result.file_ = SafetensorsFile::open(path);
  const SafetensorsFile& file = result.file_;
  const DType precision = file.at("vectors").dtype == DType::f16 ? DType::f16 : DType::f32;
  const TensorView& vectors = file.at("vectors", precision, 2);
  result.size_ = vectors.shape[0];
  result.dimensions_ = vectors.shape[1];
  if (precision == DType::f16) {
    result.halves_ = aligned<std::uint16_t>(file, "vectors", vectors);
  } else {
    result.singles_ = aligned<float>(file, "vectors", vectors);
  }
  result.words_ = file.at("words", DType::u8, 1).bytes;
  result.offsets_ = aligned<std::int64_t>(file, "offsets", file.at("offsets", DType::i64, 1));
  result.order_ = aligned<std::int32_t>(file, "order", file.at("order", DType::i32, 1));
  result.check();
  return result;
}

/// After this no index or offset of the file can lead outside it.
void WordVectors::check() const {
  const auto fail = [&](const char* field, const char* message) {
    inkling::fail(file_, field, message);
  };
  const auto count = static_cast<std::size_t>(size_);
  if (count == 0 || dimensions_ == 0) fail("vectors", "holds no vectors");
  if (offsets_.size() != count + 1)
    fail("offsets", "does not have one entry more than there are vectors");
  if (order_.size() != count) fail("order", "does not have an entry for each vector");
  if (offsets_.front() != 0 || offsets_.back() != static_cast<std::int64_t>(words_.size()) ||
      !std::is_sorted(offsets_.begin(), offsets_.end())) {
    fail("offsets", "does not divide the words");
  }
  const auto [least, most] = std::minmax_element(order_.begin(), order_.end());
  if (*least < 0 || *most >= size_) fail("order", "names a word that is not there");
}

std::string_view WordVectors::word(std::int64_t index) const {
  const auto i = static_cast<std::size_t>(index);
  return words_.substr(static_cast<std::size_t>(offsets_[i]),
                       static_cast<std::size_t>(offsets_[i + 1] - offsets_[i]));
}

std::int64_t WordVectors::find(std::string_view wanted) const {
  const auto found = std::lower_bound(
      order_.begin(), order_.end(), wanted,
      [&](std::int32_t index, std::string_view text) { return word(index) < text; });
  return found != order_.end() && word(*found) == wanted ? *found : -1;
}

void WordVectors::copy_row(std::int64_t index, std::span<float> out) const {
  const auto width = static_cast<std::size_t>(dimensions_);
  const std::size_t begin = static_cast<std::size_t>(index) * width;
  if (halves_.empty()) {
    std::copy_n(singles_.begin() + static_cast<std::ptrdiff_t>(begin), width, out.begin());
  } else {
    std::transform(halves_.begin() + static_cast<std::ptrdiff_t>(begin),
                   halves_.begin() + static_cast<std::ptrdiff_t>(begin + width), out.begin(),
                   from_half);
  }
}

std::vector<float> WordVectors::row(std::int64_t index) const {
  std::vector<float> values(static_cast<std::size_t>(dimensions_));
  copy_row(index, values);
  return values;
}

void WordVectorsBuilder::add(std::string_view word, std::span<const float> vector,
                             std::int64_t line) {
  const auto fail = [&](const std::string& message) {
    throw Error(ErrorKind::data, message,
                {.file = source_, .line = line, .field = std::string(word)});
  };
  if (dimensions_ == 0) dimensions_ = vector.size();
  if (word.empty()) fail("a vector without a word");
  if (vector.empty() || vector.size() != dimensions_) {
    fail(cat("the vector has ", vector.size(), " numbers, not ", dimensions_, " as the first one"));
  }
  if (!std::all_of(vector.begin(), vector.end(),
                   [](float value) { return std::isfinite(value); })) {
    fail("the vector holds a value that is not finite");
  }
  if (size() >= std::numeric_limits<std::int32_t>::max()) fail("too many words");
  words_ += word;
  offsets_.push_back(static_cast<std::int64_t>(words_.size()));
  vectors_.insert(vectors_.end(), vector.begin(), vector.end());
}

std::string_view WordVectorsBuilder::word(std::int64_t index) const {
  const auto i = static_cast<std::size_t>(index);
  return std::string_view(words_).substr(static_cast<std::size_t>(offsets_[i]),
                                         static_cast<std::size_t>(offsets_[i + 1] - offsets_[i]));
}

std::vector<std::int32_t> WordVectorsBuilder::sorted() const {
  std::vector<std::int32_t> order(static_cast<std::size_t>(size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::int32_t a, std::int32_t b) { return word(a) < word(b); });
  return order;
}

void WordVectorsBuilder::write(const std::filesystem::path& path, bool half) const {
  if (size() == 0) throw Error(ErrorKind::data, "holds no vectors", {.file = source_});
  const std::vector<std::int32_t> order = sorted();
  std::vector<std::uint16_t> halves;
  if (half) {
    halves.resize(vectors_.size());
    std::transform(vectors_.begin(), vectors_.end(), halves.begin(), to_half);
  }
  const auto count = size();
  const TensorEntry entries[] = {
      {"vectors",
       half ? DType::f16 : DType::f32,
       {count, static_cast<std::int64_t>(dimensions_)},
       half ? bytes_of(halves) : bytes_of(vectors_)},
      {"offsets", DType::i64, {count + 1}, bytes_of(offsets_)},
      {"order", DType::i32, {count}, bytes_of(order)},
      {"words", DType::u8, {static_cast<std::int64_t>(words_.size())}, words_},
  };
  write_safetensors(path, entries, {{"kind", kKind}});
}

}  // namespace inkling
