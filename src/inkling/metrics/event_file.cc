#include "inkling/metrics/event_file.h"

#include <array>
#include <bit>
#include <chrono>
#include <cstring>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view kVersion = "brain.Event:2";
/// Of a record beside its bytes: length, checksum, checksum.
constexpr std::size_t kHead = 12;
constexpr std::size_t kTail = 4;

// ---- protocol buffers

enum class Wire : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

void put_varint(std::string& to, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) to += static_cast<char>(value | 0x80);
  to += static_cast<char>(value);
}

void put_tag(std::string& to, unsigned field, Wire wire) {
  put_varint(to, field << 3 | static_cast<unsigned>(wire));
}

template <class T>
void put_raw(std::string& to, T value) {
  const auto bytes = std::bit_cast<std::array<char, sizeof(T)>>(value);
  to.append(bytes.data(), bytes.size());
}

void put_bytes(std::string& to, unsigned field, std::string_view bytes) {
  put_tag(to, field, Wire::bytes);
  put_varint(to, bytes.size());
  to += bytes;
}

std::optional<std::uint64_t> take_varint(std::string_view& from) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !from.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(from.front());
    from.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  return {};
}

/// The field 2 of an event, 0 where it has none; nothing, where it is no message.
std::optional<std::int64_t> step_of(std::string_view event) {
  std::int64_t step = 0;
  while (!event.empty()) {
    const auto tag = take_varint(event);
    if (!tag) return {};
    std::uint64_t size = 0;
    switch (static_cast<Wire>(*tag & 7)) {
      case Wire::varint: {
        const auto value = take_varint(event);
        if (!value) return {};
        if (*tag >> 3 == 2) step = static_cast<std::int64_t>(*value);
        break;
      }
      case Wire::fixed64:
        size = 8;
        break;
      case Wire::bytes: {
        const auto length = take_varint(event);
        if (!length) return {};
        size = *length;
        break;
      }
      case Wire::fixed32:
        size = 4;
        break;
      default:
        return {};
    }
    if (size > event.size()) return {};
    event.remove_prefix(size);
  }
  return step;
}

// ---- records

std::uint32_t masked(std::uint32_t checksum) {
  constexpr std::uint32_t kDelta = 0xa282ead8;
  return std::rotr(checksum, 15) + kDelta;
}

std::string record_of(std::string_view bytes) {
  std::string record;
  put_raw(record, static_cast<std::uint64_t>(bytes.size()));
  put_raw(record, masked(crc32c(record)));
  record += bytes;
  put_raw(record, masked(crc32c(bytes)));
  return record;
}

template <class T>
T raw_at(std::string_view bytes, std::size_t at) {
  T value{};
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return value;
}

/// Whether a record that is none, of so many bytes, is zeros from some byte on to the end of the
/// file: the file had grown already when a power failure cut its last write off.
bool torn(std::string_view rest, std::size_t size) {
  const std::size_t last = rest.find_last_not_of('\0');
  return rest.back() == '\0' && (last == std::string_view::npos || last < size);
}

/// The bytes of the file's whole events up to `step`; a last one that was cut off is left out.
/// @throws Error data
std::uint64_t kept_until(const std::filesystem::path& file, std::int64_t step) {
  const std::string all = read_file(file);
  std::size_t kept = 0;
  const auto check = [&](bool good) {
    if (good) return;
    throw Error(ErrorKind::data, cat("holds no event at byte ", kept), {.file = file.string()},
                "move the file away, or start anew");
  };
  while (all.size() - kept >= kHead) {
    const std::string_view rest = std::string_view(all).substr(kept);
    const auto length = raw_at<std::uint64_t>(rest, 0);
    if (raw_at<std::uint32_t>(rest, sizeof(length)) != masked(crc32c(rest.substr(0, 8)))) {
      check(torn(rest, kHead));
      break;
    }
    if (rest.size() - kHead < kTail || length > rest.size() - kHead - kTail) break;
    const std::string_view bytes = rest.substr(kHead, length);
    if (raw_at<std::uint32_t>(rest, kHead + length) != masked(crc32c(bytes))) {
      check(torn(rest, kHead + length + kTail));
      break;
    }
    const auto found = step_of(bytes);
    check(found.has_value());
    if (*found > step) break;
    kept += kHead + length + kTail;
  }
  return kept;
}

std::uint64_t kept_of(const std::filesystem::path& file, std::optional<std::int64_t> step) {
  std::error_code unknown;
  if (!step || !std::filesystem::exists(file, unknown)) return 0;
  return kept_until(file, *step);
}

std::string event_at(std::int64_t step) {
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  std::string event;
  put_tag(event, 1, Wire::fixed64);
  put_raw(event, now.count());
  put_tag(event, 2, Wire::varint);
  put_varint(event, static_cast<std::uint64_t>(step));
  return event;
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> made{};
    for (std::uint32_t i = 0; i < made.size(); ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ ((value & 1) != 0 ? 0x82f63b78 : 0);
      made[i] = value;
    }
    return made;
  }();
  std::uint32_t value = ~0U;
  for (const char c : bytes)
    value = value >> 8 ^ table[(value ^ static_cast<unsigned char>(c)) & 0xFF];
  return ~value;
}

std::vector<Scalar> scalars_of(const nlohmann::ordered_json& line) {
  std::vector<Scalar> scalars;
  for (const auto& [name, value] : line.items()) {
    if (value.is_number()) scalars.emplace_back(name, value.get<double>());
  }
  return scalars;
}

EventFile::EventFile(const std::filesystem::path& file, std::optional<std::int64_t> resumed_step)
    : file_(file, kept_of(file, resumed_step)) {
  std::error_code unknown;
  if (std::filesystem::file_size(file, unknown) > 0) return;
  std::string first = event_at(0);
  put_bytes(first, 3, kVersion);
  file_.append(record_of(first));
}

void EventFile::append(std::int64_t step, std::span<const Scalar> scalars) {
  std::string summary;
  for (const auto& [tag, value] : scalars) {
    std::string one;
    put_bytes(one, 1, tag);
    put_tag(one, 2, Wire::fixed32);
    put_raw(one, static_cast<float>(value));
    put_bytes(summary, 1, one);
  }
  std::string event = event_at(step);
  put_bytes(event, 5, summary);
  file_.append(record_of(event));
}

}  // namespace inkling
