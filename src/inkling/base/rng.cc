#include "inkling/base/rng.h"

#include <cmath>
#include <numbers>
#include <unordered_map>

namespace inkling {

std::array<std::uint32_t, 4> philox(Key key, std::uint64_t counter) {
  constexpr std::uint64_t kMultiplier0 = 0xD2511F53;
  constexpr std::uint64_t kMultiplier1 = 0xCD9E8D57;
  auto k0 = static_cast<std::uint32_t>(key.value);
  auto k1 = static_cast<std::uint32_t>(key.value >> 32);
  std::array<std::uint32_t, 4> c{static_cast<std::uint32_t>(counter),
                                 static_cast<std::uint32_t>(counter >> 32), 0, 0};
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = kMultiplier0 * c[0];
    const std::uint64_t p1 = kMultiplier1 * c[2];
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k0, static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k1, static_cast<std::uint32_t>(p0)};
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return c;
}

Key Key::fold(std::uint64_t index) const {
  const auto block = philox(Key{value ^ 0x9E3779B97F4A7C15}, index);
  return {(static_cast<std::uint64_t>(block[0]) << 32) | block[1]};
}

std::uint64_t Rng::bits() {
  if (left_ == 0) {
    block_ = philox(key_, counter_++);
    left_ = 2;
  }
  --left_;
  const std::size_t at = static_cast<std::size_t>(left_) * 2;
  return (static_cast<std::uint64_t>(block_[at]) << 32) | block_[at + 1];
}

double Rng::uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }

double Rng::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

std::uint64_t Rng::below(std::uint64_t n) {
  const std::uint64_t reject_below = (0 - n) % n;
  for (;;) {
    const std::uint64_t drawn = bits();
    if (drawn >= reject_below) return drawn % n;
  }
}

std::vector<std::int64_t> Rng::sample(std::int64_t n, std::int64_t count) {
  // A Fisher-Yates shuffle of [0, n) of which only the touched places are stored.
  std::unordered_map<std::int64_t, std::int64_t> moved;
  std::vector<std::int64_t> drawn;
  drawn.reserve(static_cast<std::size_t>(count));
  const auto at = [&](std::int64_t i) {
    const auto found = moved.find(i);
    return found == moved.end() ? i : found->second;
  };
  for (std::int64_t i = 0; i < count; ++i) {
    const auto j = i + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(n - i)));
    const std::int64_t taken = at(j);
    moved[j] = at(i);
    drawn.push_back(taken);
  }
  return drawn;
}

}  // namespace inkling
