#include "inkling/tasks/row_marks.h"

#include <array>
#include <bit>
#include <cstring>

#include "inkling/nn/clones.h"

namespace inkling {
namespace {

constexpr std::int64_t kBlock = 64;
using Eights = std::array<std::uint64_t, 8>;
static_assert(std::endian::native == std::endian::little);

/// Eight marks as bits: the product's highest byte has the eight lowest bits side by side.
constexpr std::uint64_t bits_of(std::uint64_t eight) {
  return (eight * 0x0102040810204080) >> 56;
}

/// Of eight bits: the places of those that are set, a byte each.
constexpr std::array<std::uint64_t, 256> places_of_bits() {
  std::array<std::uint64_t, 256> places{};
  for (std::uint64_t bits = 0; bits < 256; ++bits) {
    int count = 0;
    for (std::uint64_t place = 0; place < 8; ++place) {
      if ((bits >> place & 1) != 0) places[bits] |= place << (8 * count++);
    }
  }
  return places;
}
constexpr std::array<std::uint64_t, 256> kPlaces = places_of_bits();

/// Clears the marks of a block. @return whether there were any
inline bool take(std::uint8_t* marks, Eights& eights) {
  std::memcpy(eights.data(), marks, sizeof eights);
  std::uint64_t any = 0;
  for (const std::uint64_t eight : eights) any |= eight;
  if (any == 0) return false;
  std::memset(marks, 0, sizeof eights);
  return true;
}

bool has_wide_registers() {
#if defined(__x86_64__) && defined(__GNUC__)
  return __builtin_cpu_supports("avx512f") != 0;
#else
  return false;
#endif
}

}  // namespace

std::int64_t number_by_bits(std::uint8_t* marks, std::int64_t rows, std::int32_t* numbers,
                            std::int64_t* marked) {
  std::int32_t count = 0;
  Eights eights;
  for (std::int64_t block = 0; block < rows; block += kBlock) {
    if (!take(marks + block, eights)) continue;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 8; ++i) bits |= bits_of(eights[i]) << (8 * i);
    for (; bits != 0; bits &= bits - 1) {
      const std::int64_t row = block + std::countr_zero(bits);
      numbers[row] = count;
      marked[count++] = row;
    }
  }
  return count;
}

INKLING_CLONES std::int64_t number_by_eights(std::uint8_t* marks, std::int64_t rows,
                                             std::int32_t* __restrict numbers,
                                             std::int64_t* __restrict marked) {
  std::int32_t count = 0;
  Eights eights;
  for (std::int64_t block = 0; block < rows; block += kBlock) {
    if (!take(marks + block, eights)) continue;
    for (std::int64_t i = 0; i < 8; ++i) {
      const std::uint64_t eight = eights[static_cast<std::size_t>(i)];
      // A byte of the product is the sum of the marks up to it.
      const std::uint64_t sums = eight * 0x0101010101010101;
      const std::uint64_t before = sums << 8;
      std::uint8_t numbers_of[8];
      std::uint8_t places[8];
      std::memcpy(numbers_of, &before, sizeof before);
      std::memcpy(places, &kPlaces[bits_of(eight)], sizeof places);
      const std::int64_t row = block + 8 * i;
      for (int j = 0; j < 8; ++j) marked[count + j] = row + places[j];
      for (int j = 0; j < 8; ++j) numbers[row + j] = count + numbers_of[j];
      count += static_cast<std::int32_t>(sums >> 56);
    }
  }
  return count;
}

void RowMarks::reserve(std::int64_t rows) {
  const auto whole = static_cast<std::size_t>((rows + kBlock - 1) / kBlock * kBlock);
  if (marks_.size() >= whole) return;
  marks_.resize(whole);
  numbers_.resize(whole);
}

std::int64_t RowMarks::number(std::span<const std::int32_t> entries, std::int64_t rows,
                              std::int64_t* numbers, std::int64_t* occurring) {
  reserve(rows);
  // A byte may be anything's: without a pointer of its own it would be read anew for every row.
  std::uint8_t* const marks = marks_.data();
  for (const std::int32_t row : entries) marks[row] = 1;
  static const bool wide = has_wide_registers();
  const auto number_marked = wide ? number_by_eights : number_by_bits;
  const std::int64_t count = number_marked(marks, rows, numbers_.data(), occurring);
  const std::int32_t* const by_row = numbers_.data();
  for (const std::int32_t row : entries) *numbers++ = by_row[row];
  return count;
}

}  // namespace inkling
