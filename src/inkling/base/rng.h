// Randomness that is passed in: a Key names a stream, an Rng draws from it.
//
// Counter-based (Philox 4x32-10, Salmon et al. 2011), so the i-th number of a stream is a pure
// function of (key, i): the same at any thread count, in any order, after any resume.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace inkling {

/// Names a stream of random numbers. A value: deriving another stream changes nothing here.
struct Key {
  std::uint64_t value = 0;

  /// The stream numbered `index` below this one. Keys folded with different indices are unrelated.
  Key fold(std::uint64_t index) const;

  bool operator==(const Key&) const = default;
};

/// Four random 32-bit words: the block `counter` of the stream `key`.
std::array<std::uint32_t, 4> philox(Key key, std::uint64_t counter);

class Rng {
 public:
  explicit Rng(Key key) : key_(key) {}

  std::uint64_t bits();
  /// Uniform in [0, 1), with 53 random bits.
  double uniform();
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Standard normal (Box-Muller).
  double normal();
  /// Uniform in [0, n), without modulo bias. @param n > 0
  std::uint64_t below(std::uint64_t n);

  template <class T>
  void shuffle(std::span<T> values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

  /// `count` different numbers of [0, n) in random order, in O(count) expected time.
  /// @param count <= n
  std::vector<std::int64_t> sample(std::int64_t n, std::int64_t count);
  /// As above, as many as `drawn` has room for.
  void sample(std::int64_t n, std::span<std::int64_t> drawn);

 private:
  Key key_;
  std::uint64_t counter_ = 0;
  std::array<std::uint32_t, 4> block_{};
  int left_ = 0;
};

}  // namespace inkling
