#include "inkling/base/rng.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <unordered_map>
#include <utility>

namespace inkling {
namespace {

/// As philox, and compiled into its callers: a call across the library's border costs as much.
inline std::array<std::uint32_t, 4> block_of(Key key, std::uint64_t counter) {
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

}  // namespace

std::array<std::uint32_t, 4> philox(Key key, std::uint64_t counter) {
  return block_of(key, counter);
}

Key Key::fold(std::uint64_t index) const {
  const auto block = block_of(Key{value ^ 0x9E3779B97F4A7C15}, index);
  return {(static_cast<std::uint64_t>(block[0]) << 32) | block[1]};
}

std::uint64_t Rng::bits() {
  if (left_ == 0) {
    block_ = block_of(key_, counter_++);
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
  for (;;) {
    const std::uint64_t drawn = bits();
    // What is rejected lies below 2^64 mod n, so mostly nothing has to be divided to know.
    if (drawn >= n || drawn >= (0 - n) % n) return drawn % n;
  }
}

namespace {

/// The numbers of [0, n) as a shuffle has moved them, of which only the touched places are stored.
class FewOfMany {
 public:
  std::int64_t at(std::int64_t place) const {
    const auto found = moved_.find(place);
    return found == moved_.end() ? place : found->second;
  }
  void set(std::int64_t place, std::int64_t value) { moved_[place] = value; }

 private:
  std::unordered_map<std::int64_t, std::int64_t> moved_;
};

}  // namespace

std::vector<std::int64_t> Rng::sample(std::int64_t n, std::int64_t count) {
  std::vector<std::int64_t> drawn(static_cast<std::size_t>(count));
  sample(n, drawn);
  return drawn;
}

void Rng::sample(std::int64_t n, std::span<std::int64_t> drawn) {
  const std::int64_t count = std::ssize(drawn);
  // The numbers that are drawn from, in the order in which bits() gives them; those that below()
  // rejects, which is rare, are followed by more.
  constexpr std::size_t kAhead = 16;
  std::array<std::uint64_t, kAhead> ahead;
  std::size_t begin = 0;
  std::size_t end = 0;
  const auto refill = [&](std::size_t wanted) {
    begin = end = 0;
    while (left_ > 0 && end < wanted) ahead[end++] = bits();
    for (; end + 2 <= wanted; end += 2) {
      const auto block = block_of(key_, counter_++);
      ahead[end] = (static_cast<std::uint64_t>(block[2]) << 32) | block[3];
      ahead[end + 1] = (static_cast<std::uint64_t>(block[0]) << 32) | block[1];
    }
    if (end < wanted) ahead[end++] = bits();
  };
  const auto next = [&](std::int64_t i) {
    const auto size = static_cast<std::uint64_t>(n - i);
    for (;;) {
      if (begin == end) refill(std::min(kAhead, static_cast<std::size_t>(count - i)));
      const std::uint64_t number = ahead[begin++];
      if (number >= size || number >= (0 - size) % size) {
        return i + static_cast<std::int64_t>(number % size);
      }
    }
  };
  constexpr std::int64_t kArray = 1 << 16;
  if (n > kArray) {
    FewOfMany places;
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t j = next(i);
      drawn[static_cast<std::size_t>(i)] = places.at(j);
      places.set(j, places.at(i));
    }
    return;
  }
  // Place i of a thread's array holds i, before and after.
  thread_local std::vector<std::int32_t> of_thread;
  std::vector<std::int32_t>& all = of_thread;
  for (auto i = static_cast<std::int32_t>(all.size()); i < n; ++i) all.push_back(i);
  std::int32_t* const places = all.data();
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t j = next(i);
    drawn[static_cast<std::size_t>(i)] = places[j];
    places[j] = std::exchange(places[i], places[j]);
  }
  // A place behind the drawn ones was moved only where its own number was drawn.
  for (std::int64_t i = 0; i < count; ++i) {
    places[i] = static_cast<std::int32_t>(i);
    const std::int64_t number = drawn[static_cast<std::size_t>(i)];
    places[number] = static_cast<std::int32_t>(number);
  }
}

}  // namespace inkling
