#include "inkling/base/rng.h"

#include <cmath>
#include <numbers>
#include <unordered_map>
#include <utility>

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

double Rng::uniform() {
  return static_cast<double>(bits() >> 11) * 0x1.0p-53;
}

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

namespace {

/// Values moved by a shuffle: few are found by looking through them, faster than by a hash.
class FewMoved {
 public:
  explicit FewMoved(std::int64_t count) { moved_.reserve(static_cast<std::size_t>(count)); }
  std::int64_t at(std::int64_t place) const {
    for (const auto& [from, value] : moved_) {
      if (from == place) return value;
    }
    return place;
  }
  void set(std::int64_t place, std::int64_t value) {
    for (auto& entry : moved_) {
      if (entry.first == place) {
        entry.second = value;
        return;
      }
    }
    moved_.emplace_back(place, value);
  }

 private:
  std::vector<std::pair<std::int64_t, std::int64_t>> moved_;
};

class ManyMoved {
 public:
  std::int64_t at(std::int64_t place) const {
    const auto found = moved_.find(place);
    return found == moved_.end() ? place : found->second;
  }
  void set(std::int64_t place, std::int64_t value) { moved_[place] = value; }

 private:
  std::unordered_map<std::int64_t, std::int64_t> moved_;
};

/// A Fisher-Yates shuffle of [0, n) of which only the touched places are stored.
template <class Moved>
std::vector<std::int64_t> shuffled_front(Rng& rng, std::int64_t n, std::int64_t count,
                                         Moved moved) {
  std::vector<std::int64_t> drawn(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    const auto j = i + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(n - i)));
    drawn[static_cast<std::size_t>(i)] = moved.at(j);
    moved.set(j, moved.at(i));
  }
  return drawn;
}

}  // namespace

std::vector<std::int64_t> Rng::sample(std::int64_t n, std::int64_t count) {
  constexpr std::int64_t kFew = 64;
  return count <= kFew ? shuffled_front(*this, n, count, FewMoved(count))
                       : shuffled_front(*this, n, count, ManyMoved());
}

}  // namespace inkling
